import CGStreamer
import Synchronization

/// The way of one viewer's media from encoded frames to the socket: puts them into RTP packets, numbers these for transport-wide
/// feedback, encrypts them (SRTP, RFC 3711), sends a frame's by one system call, sends those again that were lost (RTX,
/// RFC 4588), and reports on what it sends (RFC 3550, section 6.4.1).
///
/// `webrtcbin` 1.22 negotiates all that, but its own way leads every packet over some twenty pads, through elements for FEC and
/// RED that nobody asked for and a session that books it, and copies it to encrypt it: three quarters of what a viewer costs.
///
/// Any thread sends. The lock is held while a frame's packets are made and given to a socket that does not wait, so that they
/// stay together.
public final class MediaTransport: Sendable {
    /// A stream that is sent.
    public struct Stream: Sendable, Equatable {
        /// Its SSRC.
        public var source: UInt32
        /// How its frames are put into packets.
        public var format: RTPPayloadFormat
        /// The payload type of these.
        public var payloadType: UInt8
        /// Units in a second of its RTP clock.
        public var clock: Int
        /// The RTP timestamp of the time zero.
        public var timestampOffset: UInt32
        /// The id of the header extension that holds the transport-wide sequence number; nil for none.
        public var transportWide: UInt8?
        /// The id of the header extension that asks for no playout delay with each frame; nil for none.
        public var playoutDelay: UInt8?
        /// How lost packets are sent again; nil: they are not.
        public var repair: Repair?

        /// Describes a stream.
        public init(
            source: UInt32, format: RTPPayloadFormat, payloadType: UInt8, clock: Int, timestampOffset: UInt32,
            transportWide: UInt8? = nil, playoutDelay: UInt8? = nil, repair: Repair? = nil
        ) {
            self.source = source
            self.format = format
            self.payloadType = payloadType
            self.clock = clock
            self.timestampOffset = timestampOffset
            self.transportWide = transportWide
            self.playoutDelay = playoutDelay
            self.repair = repair
        }
    }

    /// The stream of packets that are sent again (RFC 4588).
    public struct Repair: Sendable, Equatable {
        /// Its SSRC.
        public var source: UInt32
        /// Its payload type.
        public var payloadType: UInt8

        /// Describes the stream.
        public init(source: UInt32, payloadType: UInt8) {
            self.source = source
            self.payloadType = payloadType
        }
    }

    /// What is told of packets, on the threads that send. Must neither wait nor allocate; times are in nanoseconds.
    public struct Handlers: Sendable {
        /// A packet with a transport-wide number is about to be sent; its size is that of SRTP.
        public var sending: @Sendable (_ number: UInt16, _ size: Int, _ isPadding: Bool, _ now: UInt64) -> Void = {
            _, _, _, _ in
        }
        /// A frame was given to the socket, its last packet having been made at a time.
        public var frameSent:
            @Sendable (_ source: UInt32, _ timestamp: UInt64, _ packetised: UInt64, _ now: UInt64) -> Void = {
                _, _, _, _ in
            }

        /// Handlers that do nothing.
        public init() {}
    }

    /// Padding bytes in a packet of padding: what one byte can count (RFC 3550, section 5.1).
    public static let paddingSize = 255

    fileprivate struct State: ~Copyable {
        var streams: [OutgoingStream]
        var session: SRTPSession?
        /// The next transport-wide number.
        var number = UInt16.random(in: 0...UInt16.max)
        /// Packets that the socket did not take.
        var unsent = 0
    }

    private let socket: any DatagramSocket
    private let name: String
    private let handlers: Handlers
    private let state: Mutex<State>

    /// Prepares the way through a connection whose local description is set. Nothing is sent before ``open(_:)``.
    ///
    /// - Parameter name: of who sends (CNAME), as the description says it.
    /// - Throws: `missingPad` where the connection has no socket yet, `missingElement` without libnice.
    public convenience init(
        through bin: WebRTCBin, _ streams: [Stream], name: String, _ handlers: Handlers
    ) throws(GStreamerError) {
        self.init(through: try ICESocket(of: bin), streams, name: name, handlers)
    }

    init(through socket: any DatagramSocket, _ streams: [Stream], name: String, _ handlers: Handlers) {
        self.socket = socket
        self.name = name
        self.handlers = handlers
        state = Mutex(State(streams: streams.map { OutgoingStream($0) }))
    }

    /// Takes the key that the handshake (RFC 5764) agreed on: from here on media is sent.
    ///
    /// - Throws: `promiseFailed` where there is none, or one for a cipher that is not known here.
    public func open(_ bin: WebRTCBin) throws(GStreamerError) {
        try open { () throws(GStreamerError) in try SRTPSession(of: bin) }
    }

    /// - Parameter session: made within the lock, for it is not for several threads at once.
    func open(_ session: () throws(GStreamerError) -> SRTPSession) throws(GStreamerError) {
        try state.withLock { state throws(GStreamerError) in state.session = try session() }
    }

    /// Sends nothing any more, and forgets what could have been sent again.
    public func close() {
        state.withLock { state in
            state.session = nil
            state.streams = []
        }
    }

    /// Bytes of a stream's media sent so far: RTP headers included; padding and what was sent again left out.
    public func bytesSent(of source: UInt32) -> Int {
        state.withLock { $0.streams.first { $0.stream.source == source }?.bytes ?? 0 }
    }

    /// Packets of any kind that the node's own socket did not take, because there was no room or no way any more.
    public var packetsUnsent: Int { state.withLock { $0.unsent } }

    /// Sends an encoded frame, or a packet of sound.
    public func send(_ frame: borrowing BufferView, of source: UInt32) {
        let time = frame.timestamp ?? Runtime.now()
        let shared = SharedBuffer(frame)
        let packetised = state.withLock { state -> UInt64? in
            guard state.session != nil, let outgoing = state.streams.first(where: { $0.stream.source == source }) else {
                return nil
            }
            return shared.view.withBytes { state.send($0, of: shared, at: time, on: outgoing, socket, handlers) }
        }
        if let packetised { handlers.frameSent(source, time, packetised, Runtime.now()) }
    }

    /// Sends packets that are all padding, to find out what the path can carry, between two frames of a stream.
    ///
    /// - Returns: packets sent: none before the first frame.
    public func sendPadding(packets: Int, of source: UInt32) -> Int {
        let now = Runtime.now()
        return state.withLock { state in
            guard state.session != nil, let outgoing = state.streams.first(where: { $0.stream.source == source }),
                outgoing.hasBegun
            else { return 0 }
            var batch = PacketBatch(capacity: packets)
            var sent = 0
            while !batch.isFull {
                let size = outgoing.padding(into: batch.next)
                guard let whole = state.seal(batch.next, size: size, of: outgoing.stream, at: now, handlers) else {
                    break
                }
                batch.append(size: whole)
                sent += 1
            }
            state.unsent += batch.send(socket)
            return sent
        }
    }

    /// Sends packets again that the viewer misses, as far as they are remembered.
    public func repair(_ missing: [UInt16], of source: UInt32) {
        let now = Runtime.now()
        state.withLock { state in
            guard state.session != nil, let outgoing = state.streams.first(where: { $0.stream.source == source }) else {
                return
            }
            var rest = missing[...]
            while !rest.isEmpty {
                var batch = PacketBatch(capacity: rest.count)
                while !batch.isFull, let sequence = rest.popFirst() {
                    guard let size = outgoing.repeated(sequence, into: batch.next, at: now),
                        let whole = state.seal(batch.next, size: size, of: outgoing.stream, at: now, handlers)
                    else { continue }
                    batch.append(size: whole)
                }
                state.unsent += batch.send(socket)
            }
        }
    }

    /// Sends reports on all streams that were sent on so far, in one RTCP packet. To be called about once a second.
    public func report() {
        let (now, wallClock) = (Runtime.now(), NTPTime.now())
        state.withLock { state in
            let reports = state.streams.compactMap { $0.report(at: now, wallClock: wallClock) }
            guard let session = state.session, !reports.isEmpty else { return }
            var batch = PacketBatch(capacity: 1)
            let slot = batch.next
            let packet =
                reports.flatMap(\.bytes) + SourceDescription(sources: reports.map(\.source), name: name).bytes
            slot.copyBytes(from: packet)
            guard let whole = session.protectControl(slot, size: packet.count) else { return }
            batch.append(size: whole)
            state.unsent += batch.send(socket)
        }
    }
}

extension MediaTransport.State {
    /// Sends a frame's packets.
    ///
    /// - Returns: when the last of them was made, in nanoseconds.
    fileprivate mutating func send(
        _ bytes: UnsafeRawBufferPointer, of frame: SharedBuffer, at time: UInt64, on outgoing: OutgoingStream,
        _ socket: any DatagramSocket, _ handlers: MediaTransport.Handlers
    ) -> UInt64 {
        let now = Runtime.now()
        var cursor = outgoing.begin(bytes, frame, at: time)
        while true {
            var batch = PacketBatch(capacity: cursor.left)
            while !batch.isFull, let size = outgoing.next(&cursor, of: bytes, into: batch.next) {
                guard let whole = seal(batch.next, size: size, of: outgoing.stream, at: now, handlers) else { continue }
                batch.append(size: whole)
            }
            let made = Runtime.now()
            unsent += batch.send(socket)
            if cursor.left == 0 { return made }
        }
    }

    /// Numbers and protects a packet in its place.
    ///
    /// - Returns: its new size; nil where it must not be sent.
    fileprivate mutating func seal(
        _ slot: UnsafeMutableRawBufferPointer, size: Int, of stream: MediaTransport.Stream, at now: UInt64,
        _ handlers: MediaTransport.Handlers
    ) -> Int? {
        guard let session else { return nil }
        if stream.transportWide != nil {
            slot.store(number, at: OutgoingStream.numberPlace)
            handlers.sending(number, size + session.tag, slot[0] & 0x20 != 0, now)
            number &+= 1
        }
        return session.protect(slot, size: size)
    }
}
