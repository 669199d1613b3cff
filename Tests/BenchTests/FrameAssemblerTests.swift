import Testing

@testable import bench

@Suite("Frames from packets", .timeLimit(.minutes(1))) struct FrameAssemblerTests {
    private struct Packet {
        var sequence: UInt16
        var timestamp: UInt32
        var marker = false
        /// First bytes of the payload: by default a slice that is no keyframe's.
        var payload: [UInt8] = [0x41, 0]
        /// Words of header extension.
        var extensionWords = 0
    }

    private func take(_ packets: [Packet], codec: VideoCodec = .h264) -> [FrameAssembler.Step] {
        var assembler = FrameAssembler(codec: codec)
        return packets.enumerated().compactMap { index, packet in
            var bytes: [UInt8] = [
                packet.extensionWords > 0 ? 0x90 : 0x80, (packet.marker ? 0x80 : 0) | 96,
                UInt8(packet.sequence >> 8), UInt8(packet.sequence & 0xff),
            ]
            bytes += [24, 16, 8, 0].map { UInt8(packet.timestamp >> UInt32($0) & 0xff) } + [0, 0, 0, 1]
            if packet.extensionWords > 0 {
                bytes += [0xbe, 0xde, 0, UInt8(packet.extensionWords)]
                bytes += [UInt8](repeating: 0, count: 4 * packet.extensionWords)
            }
            bytes += packet.payload
            return bytes.withUnsafeBytes { bytes in
                RTPPacket(bytes).map { assembler.take($0, at: UInt64(index) * 10) }
            }
        }
    }

    @Test("a frame is complete with its marker, from its first packet's time to its last's")
    func completes() {
        let steps = take([
            Packet(sequence: 1, timestamp: 5, payload: [0x65, 0]), Packet(sequence: 2, timestamp: 5, marker: true),
        ])
        #expect(steps[0].beginsFrame && steps[0].completed == nil)
        #expect(
            steps[1].completed == FrameArrival(rtp: 5, first: 0, last: 10, isKeyframe: true, isDecodable: true))
    }

    @Test("nothing can be shown before the first keyframe")
    func waitsForKeyframe() {
        let steps = take([
            Packet(sequence: 1, timestamp: 5, marker: true),
            Packet(sequence: 2, timestamp: 6, marker: true, payload: [0x67, 0], extensionWords: 2),
        ])
        #expect(steps.map { $0.completed?.isDecodable } == [false, true])
    }

    @Test("after a loss nothing can be shown until a whole keyframe came")
    func recovers() {
        let steps = take([
            Packet(sequence: 1, timestamp: 1, marker: true, payload: [0x65, 0]),
            Packet(sequence: 3, timestamp: 3, marker: true),
            Packet(sequence: 4, timestamp: 4, payload: [0x7c, 0x85]),
            Packet(sequence: 6, timestamp: 4, marker: true),
            Packet(sequence: 7, timestamp: 7, marker: true, payload: [0x78, 0, 4, 0x67]),
        ])
        #expect(steps.map(\.missing) == [0, 1, 0, 1, 0])
        #expect(steps.compactMap { $0.completed?.isDecodable } == [true, false, false, true])
    }

    @Test("sequence numbers wrap, and a late copy is passed over")
    func wraps() {
        let steps = take([
            Packet(sequence: 65535, timestamp: 1, marker: true, payload: [0x65, 0]),
            Packet(sequence: 0, timestamp: 2, marker: true), Packet(sequence: 65535, timestamp: 1, marker: true),
            Packet(sequence: 1, timestamp: 3, marker: true),
        ])
        #expect(steps.map(\.missing) == [0, 0, 0, 0])
        #expect(steps.map { $0.completed?.isDecodable } == [true, true, nil, true])
    }

    @Test("a VP8 keyframe shows in the first packet of its first partition, behind the picture's number")
    func vp8() {
        let steps = take(
            [
                Packet(sequence: 1, timestamp: 1, marker: true, payload: [0x90, 0x80, 0x81, 0x02, 0x10]),
                Packet(sequence: 2, timestamp: 2, marker: true, payload: [0x90, 0x80, 0x81, 0x03, 0x11]),
            ], codec: .vp8)
        #expect(steps.map { $0.completed?.isKeyframe } == [true, false])
    }
}
