import CGStreamer
import Synchronization
import TestSupport
import Testing

@testable import GStreamer

@Suite("Frames in packets", .serialized, .timeLimit(.minutes(1)))
struct RTPPayloadFormatTests {
    init() throws { try Runtime.start() }

    private static func plan(_ format: RTPPayloadFormat, _ frame: [UInt8], most: Int = 20, number: UInt16 = 0)
        -> [[UInt8]]
    {
        var (pieces, packets, packet): ([PayloadPiece], [[UInt8]], [UInt8]) = ([], [], [])
        frame.withUnsafeBytes { bytes in
            format.plan(bytes, most: most, number: number, into: &pieces)
            for piece in pieces {
                var part = [UInt8](repeating: 0, count: piece.size)
                part.withUnsafeMutableBytes { piece.write(of: bytes, to: $0) }
                packet += part
                guard piece.endsPacket else { continue }
                packets.append(packet)
                packet = []
            }
        }
        #expect(packet.isEmpty && packets.allSatisfy { $0.count <= most })
        return packets
    }

    @Test("H.264: small NAL units share a packet, a large one goes in parts that tell where it starts and ends")
    func h264() {
        let small: [UInt8] = [0, 0, 0, 1, 0x67, 1, 2, 0, 0, 1, 0x28, 3, 0, 0, 0, 1]
        #expect(Self.plan(.h264, small + [0x65, 9]) == [[0x78, 0, 3, 0x67, 1, 2, 0, 2, 0x28, 3, 0, 2, 0x65, 9]])
        let large = [UInt8(0x65)] + (0..<40).map { UInt8($0 + 10) }
        #expect(
            Self.plan(.h264, small + large) == [
                [0x78, 0, 3, 0x67, 1, 2, 0, 2, 0x28, 3],
                [0x7c, 0x85] + (10..<24), [0x7c, 0x05] + (24..<38), [0x7c, 0x45] + (38..<50),
            ])
        // What fits exactly is whole, and what follows a large one stands for itself.
        let exact = [UInt8(0x41)] + [UInt8](repeating: 7, count: 19)
        #expect(Self.plan(.h264, [0, 0, 1] + exact + [0, 0, 1, 0x41, 5]) == [exact, [0x41, 5]])
    }

    @Test("H.264: start codes of either length, zeros around them, and what is none")
    func startCodes() {
        #expect(Self.plan(.h264, []).isEmpty)
        #expect(Self.plan(.h264, [1, 2, 3]).isEmpty)
        #expect(Self.plan(.h264, [0, 0, 1]).isEmpty)
        #expect(Self.plan(.h264, [0, 0, 1, 0, 0, 1, 0x41]) == [[0x41]])
        #expect(Self.plan(.h264, [9, 0, 0, 0, 0, 1, 0x41, 0, 1, 1, 0, 0, 2, 0, 0]) == [[0x41, 0, 1, 1, 0, 0, 2]])
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...60)).map { _ in UInt8.random(in: 0...2, using: &generator) }
            _ = Self.plan(.h264, bytes)
        }
    }

    @Test("VP8: parts of one size, each with the frame's number, the first marked; Opus: as it is")
    func others() {
        let frame = (0..<33).map { UInt8($0) }
        #expect(
            Self.plan(.vp8, frame, number: 0x1234) == [
                [0x90, 0x80, 0x92, 0x34] + (0..<11), [0x80, 0x80, 0x92, 0x34] + (11..<22),
                [0x80, 0x80, 0x92, 0x34] + (22..<33),
            ])
        #expect(Self.plan(.vp8, [5]).count == 1 && Self.plan(.vp8, []).isEmpty)
        #expect(Self.plan(.opus, frame, most: 40) == [frame])
    }

    @Test("GStreamer's depayloaders make the same frames of it", arguments: ["H264", "VP8"])
    func depayloaders(_ codec: String) async throws {
        let isH264 = codec == "H264"
        let sent = Mutex<[[UInt8]]>([])
        let received = Mutex<[[UInt8]]>([])
        let source = try AppSrc(name: "packets")
        let receiving = try Pipeline("receiving")
        let caps = Caps(
            "application/x-rtp",
            ["media": "video", "encoding-name": .string(codec), "payload": 96, "clock-rate": 90000])
        let unit = Caps("video/x-h264", ["stream-format": "byte-stream", "alignment": "au"])
        let arrived = Counter()
        try await receiving.chain([
            source, try Element("capsfilter", ["caps": .caps(caps)]),
            try Element(isH264 ? "rtph264depay" : "rtpvp8depay"),
            try AppSink(caps: isH264 ? unit : nil) { sample in
                let bytes = sample.bytes()
                received.withLock { $0.append(bytes) }
                arrived.increment()
            },
        ])
        try await receiving.play()
        let stream = OutgoingStream(
            .init(
                source: 7, format: isH264 ? .h264 : .vp8, payloadType: 96, clock: 90_000, timestampOffset: 0,
                transportWide: 3, playoutDelay: 5))
        let format = SampleFormat(caps)
        let lock = Mutex(0)
        let encoding = try Pipeline("encoding")
        let raw = Caps("video/x-raw", ["format": "I420", "width": 640, "height": 480, "framerate": .fraction(30, 1)])
        nonisolated(unsafe) let outgoing = stream
        try await encoding.chain([
            try Element("videotestsrc", ["num-buffers": 30, "pattern": "smpte"]),
            try Element("capsfilter", ["caps": .caps(raw)]),
            isH264
                ? try Element("x264enc", ["tune": "zerolatency", "speed-preset": "ultrafast", "threads": .uint(2)])
                : try Element("vp8enc", ["deadline": .int64(1), "cpu-used": 8]),
            try AppSink(caps: isH264 ? unit : nil) { sample in
                let frame = sample.bytes()
                sent.withLock { $0.append(frame) }
                lock.withLock { _ in
                    sample.withView { view in
                        let shared = SharedBuffer(view)
                        let slot = UnsafeMutableRawBufferPointer.allocate(byteCount: 2000, alignment: 16)
                        defer { slot.deallocate() }
                        _ = view.withBytes { bytes in
                            let time = view.timestamp ?? 0
                            var cursor = outgoing.begin(bytes, shared, at: time)
                            while let size = outgoing.next(&cursor, of: bytes, into: slot) {
                                #expect(size <= OutgoingStream.largest)
                                source.push(
                                    format.sample(
                                        copying: UnsafeRawBufferPointer(rebasing: slot[..<size]), at: time, duration: 0)
                                )
                            }
                        }
                    }
                }
            },
        ])
        try await encoding.play()
        // H.264's depayloader hands a unit on when the next one begins.
        try await eventually("the frames") { (arrived.value >= 29, "\\(arrived.value)") }
        await encoding.stop()
        await receiving.stop()
        let (before, after) = (sent.withLock { $0 }, received.withLock { $0 })
        for (frame, other) in zip(before, after) { #expect(isH264 ? units(frame) == units(other) : frame == other) }
    }

    private func units(_ frame: [UInt8]) -> [[UInt8]] { Self.plan(.h264, frame, most: 1 << 16).flatMap(Self.split) }

    /// The NAL units of a packet, which may hold several.
    private static func split(_ packet: [UInt8]) -> [[UInt8]] {
        guard packet[0] & 0x1f == 24 else { return [packet] }
        var (units, rest): ([[UInt8]], ArraySlice<UInt8>) = ([], packet[1...])
        while rest.count > 2 {
            let size = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
            units.append(Array(rest.dropFirst(2).prefix(size)))
            rest = rest.dropFirst(2 + size)
        }
        return units
    }
}
