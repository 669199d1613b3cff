import CGStreamer
import Synchronization
import TestSupport
import Testing

@testable import GStreamer

@Suite("Media on its way to the socket", .timeLimit(.minutes(1)))
struct MediaTransportTests {
    init() throws { try Runtime.start() }

    /// A socket that keeps what is sent, by system call.
    private final class Log: DatagramSocket {
        private let calls = Mutex<[[[UInt8]]]>([])

        /// How many datagrams of a call it takes.
        let room: Int

        init(room: Int = .max) { self.room = room }

        func send(_ messages: UnsafeBufferPointer<LocoOutputMessage>) -> Int {
            let call = messages.prefix(room).map { message in
                (0..<Int(message.n_buffers)).flatMap { index in
                    let piece = message.buffers[index]
                    return [UInt8](UnsafeRawBufferPointer(start: piece.buffer, count: Int(piece.size)))
                }
            }
            calls.withLock { $0.append(call) }
            return call.count
        }

        /// What was sent since the last time.
        func take() -> [[[UInt8]]] {
            calls.withLock { calls in
                defer { calls = [] }
                return calls
            }
        }
    }

    private static let video: UInt32 = 0x1111_2222
    private static let sound: UInt32 = 0x3333_4444
    private static let repair = MediaTransport.Repair(source: 0x5555_6666, payloadType: 97)

    private static func transport(_ log: Log, _ handlers: MediaTransport.Handlers = .init()) throws -> MediaTransport {
        let transport = MediaTransport(through: log, [picture, voice], name: "loco", handlers)
        try transport.open { () throws(GStreamerError) in try SRTPSession(key: [UInt8](repeating: 7, count: 30)) }
        return transport
    }

    private static let picture = MediaTransport.Stream(
        source: video, format: .vp8, payloadType: 96, clock: 90_000, timestampOffset: 1000, transportWide: 3,
        playoutDelay: 5, repair: repair)
    private static let voice = MediaTransport.Stream(
        source: sound, format: .opus, payloadType: 111, clock: 48_000, timestampOffset: 0)

    /// A frame of that many bytes at a time in nanoseconds, lent.
    private static func lend(
        _ count: Int, at time: UInt64 = 1_000_000_000, lasting duration: UInt64 = 10_000_000,
        _ body: (borrowing BufferView) throws -> Void
    ) rethrows {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let buffer = count > 0 ? gst_buffer_new_memdup(bytes, gsize(count))! : gst_buffer_new()!
        defer { gst_buffer_unref(buffer) }
        buffer.pointee.pts = GstClockTime(time)
        buffer.pointee.duration = GstClockTime(duration)
        try body(BufferView(buffer: buffer))
    }

    private static func number(_ packet: [UInt8]) throws -> UInt16 {
        let number = try #require(RTPPacket(packet)?.extensions[3])
        return UInt16(number[0]) << 8 | UInt16(number[1])
    }

    @Test("packets that the socket has no room for are counted, whatever they are of")
    func unsent() throws {
        let log = Log(room: 2)
        let transport = try Self.transport(log)
        Self.lend(5000) { transport.send($0, of: Self.video) }
        #expect(log.take().map(\.count) == [2])
        let lost = transport.packetsUnsent
        #expect(lost >= 2)
        #expect(transport.sendPadding(packets: 5, of: Self.video) == 5)
        #expect(transport.packetsUnsent == lost + 3)
        transport.report()
        #expect(transport.packetsUnsent == lost + 3)
    }

    @Test("a frame's packets leave by one call, numbered, encrypted and authenticated; a large one's by several")
    func frames() throws {
        let (log, ended) = (Log(), Counter())
        let noted = Mutex<[UInt16]>([])
        var handlers = MediaTransport.Handlers()
        handlers.sending = { number, _, isPadding, _ in if !isPadding { noted.withLock { $0.append(number) } } }
        handlers.frameSent = { source, timestamp, packetised, now in
            if source == Self.video, timestamp == 1_000_000_000, packetised <= now { ended.increment() }
        }
        let transport = try Self.transport(log, handlers)
        Self.lend(5000) { transport.send($0, of: Self.video) }
        let calls = log.take()
        let sent = try #require(calls.first)
        let packets = sent.compactMap { RTPPacket($0) }
        #expect(calls.count == 1 && packets.count == 5)
        #expect(packets.map(\.marker) == [false, false, false, false, true])
        #expect(packets.allSatisfy { $0.timestamp == 91_000 && $0.payloadType == 96 && $0.source == Self.video })
        #expect(zip(packets, packets.dropFirst()).allSatisfy { $1.sequence == $0.sequence &+ 1 })
        // The first asks for no playout delay.
        #expect(packets.map { $0.extensions[5] } == [[0, 0, 0], nil, nil, nil, nil])
        let numbers = try sent.map(Self.number)
        #expect(numbers == noted.withLock { $0 } && zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 &+ 1 })
        // A descriptor of 4 bytes, 1000 of the frame, and HMAC-SHA1 of 80 bits; nothing of the frame to be read.
        #expect(sent.map(\.count) == [24, 20, 20, 20, 20].map { $0 + 4 + 1000 + 10 })
        #expect(sent[1][24...].prefix(40).count(where: { $0 == 142 || $0 == 143 }) < 10)
        #expect(ended.value == 1)
        Self.lend(80 * 1172) { transport.send($0, of: Self.video) }
        #expect(log.take().map(\.count) == [32, 32, 16])
        #expect(ended.value == 2)
        #expect(transport.bytesSent(of: Self.video) == (5 * 20 + 4 + 5 * 4 + 5000) + (80 * (20 + 4 + 1172) + 4))
    }

    @Test("sound goes on from where it ended, whatever its times do by a little, and is marked where it begins again")
    func sound() throws {
        let log = Log()
        let transport = try Self.transport(log)
        // The third packet is late by a millisecond, the fourth comes after silence.
        for time: UInt64 in [1_000, 1_010, 1_021, 1_500, 1_510] {
            Self.lend(60, at: time * 1_000_000) { transport.send($0, of: Self.sound) }
        }
        let packets = log.take().flatMap(\.self).compactMap { RTPPacket($0) }
        #expect(packets.map(\.timestamp) == [48_000, 48_480, 48_960, 72_000, 72_480])
        #expect(packets.map(\.marker) == [true, false, false, true, false])
        #expect(packets.allSatisfy { $0.extensions.isEmpty && $0.payloadType == 111 })
    }

    @Test("padding is all padding, at the last frame's time, between frames, and leaves no gap")
    func padding() throws {
        let log = Log()
        let transport = try Self.transport(log)
        #expect(transport.sendPadding(packets: 3, of: Self.video) == 0 && log.take().isEmpty)
        Self.lend(2000) { transport.send($0, of: Self.video) }
        #expect(transport.sendPadding(packets: 3, of: Self.video) == 3)
        Self.lend(100, at: 2_000_000_000) { transport.send($0, of: Self.video) }
        let sent = log.take().flatMap(\.self)
        let packets = sent.compactMap { RTPPacket($0) }
        #expect(packets.count == 6 && zip(packets, packets.dropFirst()).allSatisfy { $1.sequence == $0.sequence &+ 1 })
        #expect(packets.map(\.timestamp) == [91_000, 91_000, 91_000, 91_000, 91_000, 181_000])
        // Its length is encrypted, too.
        #expect(sent.map { $0[0] & 0x20 != 0 } == [false, false, true, true, true, false])
        #expect(sent[2].count == 20 + MediaTransport.paddingSize + 10 && !packets[2].marker)
        #expect(transport.bytesSent(of: Self.video) == (24 + 20 + 8 + 2000) + (24 + 4 + 100))
    }

    @Test("a packet is sent again on the repair stream: its old number before the payload, a new one for feedback")
    func repairs() throws {
        let log = Log()
        let transport = try Self.transport(log)
        for time: UInt64 in 1...3 { Self.lend(2000, at: time * 1_000_000_000) { transport.send($0, of: Self.video) } }
        let first = log.take().flatMap(\.self)
        let wanted = first.compactMap { RTPPacket($0) }[2...3]
        let newest = try #require(first.last)
        let last = try Self.number(newest)
        let asked = [wanted[2].sequence, wanted[2].sequence &+ 1000, wanted[3].sequence]
        transport.repair(asked, of: Self.video)
        let again = log.take().flatMap(\.self)
        let packets = again.compactMap { RTPPacket($0) }
        #expect(packets.count == 2)
        #expect(
            packets.allSatisfy { $0.source == Self.repair.source && $0.payloadType == 97 && $0.timestamp == 181_000 })
        #expect(packets.map(\.marker) == [false, true])
        #expect(try again.map(Self.number) == [last &+ 1, last &+ 2])
        #expect(again.map(\.count) == first[2...3].map { $0.count + 2 })
        // At once again: several requests for one loss.
        transport.repair(asked, of: Self.video)
        transport.repair(asked, of: Self.sound)
        #expect(log.take().isEmpty)
    }

    @Test("what a packet held is what is sent again, behind its number")
    func repeated() throws {
        let stream = OutgoingStream(Self.picture)
        let slot = UnsafeMutableRawBufferPointer.allocate(byteCount: 2000, alignment: 16)
        defer { slot.deallocate() }
        try Self.lend(3000) { frame in
            let shared = SharedBuffer(frame)
            var sent: [[UInt8]] = []
            frame.withBytes { bytes in
                var cursor = stream.begin(bytes, shared, at: 5)
                while let size = stream.next(&cursor, of: bytes, into: slot) { sent.append([UInt8](slot[..<size])) }
            }
            #expect(sent.count == 3)
            for packet in sent {
                let sequence = try #require(RTPPacket(packet)).sequence
                let size = try #require(stream.repeated(sequence, into: slot, at: 1))
                let start = packet.count - 1004
                #expect(
                    Array(slot[..<size].suffix(1006)) == [UInt8(sequence >> 8), UInt8(sequence & 0xff)]
                        + packet[start...])
                #expect(stream.repeated(sequence, into: slot, at: 1) == nil)
            }
        }
    }

    @Test("what is remembered is bounded: by number, by times, by time between them")
    func memory() throws {
        var sent = SentFrames()
        func frame(_ first: UInt16) throws -> SentFrame {
            var made: SentFrame?
            Self.lend(10) {
                made = SentFrame(buffer: SharedBuffer($0), first: first, count: 3, timestamp: 0, number: 0)
            }
            return try #require(made)
        }
        sent.keep(try frame(65_534))
        var now: UInt64 = 1
        for _ in 0..<Int(SentFrames.mostTimes) {
            #expect(sent.take(0, at: now)?.first == 65_534)
            #expect(sent.take(0, at: now + SentFrames.patience - 1) == nil)
            now += SentFrames.patience
        }
        #expect(sent.take(0, at: now) == nil && sent.take(1, at: now) == nil && sent.take(65_533, at: now) == nil)
        #expect(sent.take(65_535, at: now)?.first == 65_534)
        for index in 1...UInt16(SentFrames.capacity) { sent.keep(try frame(index * 3)) }
        #expect(sent.take(65_534, at: now) == nil && sent.take(3, at: now)?.first == 3)
    }

    @Test("reports tell how much was sent and which RTP time it is, of streams that were sent on only")
    func reports() throws {
        let stream = OutgoingStream(Self.picture)
        #expect(stream.report(at: 5, wallClock: .now()) == nil)
        let slot = UnsafeMutableRawBufferPointer.allocate(byteCount: 2000, alignment: 16)
        defer { slot.deallocate() }
        // The last moment before the clock begins anew, all but a tenth of a second of it.
        let time = UInt64((UInt64(1) << 32 - 1000) * 1_000_000_000 / 90_000)
        Self.lend(1500) { frame in
            let shared = SharedBuffer(frame)
            frame.withBytes { bytes in
                var cursor = stream.begin(bytes, shared, at: time)
                while stream.next(&cursor, of: bytes, into: slot) != nil {}
            }
        }
        let report = try #require(
            stream.report(at: time + 100_000_000, wallClock: NTPTime(bits: 0x0102_0304_8000_0000)))
        #expect((8_999...9_001).contains(report.timestamp) && report.packets == 2 && report.octets == 1508)
        var plain = report
        plain.timestamp = 0x2327
        #expect(
            plain.bytes == [
                0x80, 200, 0, 6, 0x11, 0x11, 0x22, 0x22, 1, 2, 3, 4, 0x80, 0, 0, 0, 0, 0, 0x23, 0x27, 0, 0, 0, 2, 0, 0,
                5,
                228,
            ])
        #expect(
            SourceDescription(sources: [1, 2], name: "loco").bytes == [
                0x82, 202, 0, 6, 0, 0, 0, 1, 1, 4, 108, 111, 99, 111, 0, 0, 0, 0, 0, 2, 1, 4, 108, 111, 99, 111, 0, 0,
            ])
        // A name that ends at a word's end is ended by a whole word.
        #expect(SourceDescription(sources: [1], name: "ab").bytes.count == 4 + 4 + 4 + 4)
    }

    @Test("one packet of RTCP for both streams; nothing before the key and after the end")
    func states() throws {
        let log = Log()
        let transport = MediaTransport(through: log, [Self.picture], name: "loco", .init())
        Self.lend(10) { transport.send($0, of: Self.video) }
        transport.report()
        #expect(log.take().isEmpty)
        let open = try Self.transport(log)
        open.report()
        #expect(log.take().isEmpty)
        Self.lend(10) { open.send($0, of: Self.video) }
        Self.lend(10) { open.send($0, of: Self.sound) }
        #expect(log.take().count == 2)
        open.report()
        let report = try #require(log.take().first?.first)
        // SRTCP's index and tag behind two reports and two names.
        #expect(report.count == 28 + 28 + 4 + 2 * 12 + 4 + 10 && report[1] == 200)
        open.close()
        Self.lend(10) { open.send($0, of: Self.video) }
        open.repair([1], of: Self.video)
        open.report()
        #expect(log.take().isEmpty && open.sendPadding(packets: 1, of: Self.video) == 0)
    }

    @Test("frames of nothing, and of streams that are none, are passed over; so is a key of another length")
    func malformed() throws {
        let log = Log()
        let transport = try Self.transport(log)
        Self.lend(0) { transport.send($0, of: Self.video) }
        Self.lend(10) { transport.send($0, of: 99) }
        #expect(log.take().isEmpty)
        #expect(throws: GStreamerError.self) { try SRTPSession(key: [1, 2, 3]) }
    }
}
