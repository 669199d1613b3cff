import Testing

@testable import bench

@Suite("Frames that some viewers lack", .timeLimit(.minutes(1))) struct FrameComparisonTests {
    private func log(_ frames: some Sequence<Int>, offset: UInt32, late: UInt64 = 0) -> [FrameArrival] {
        frames.map { number in
            FrameArrival(
                rtp: offset &+ UInt32(number * 3000), first: 0, last: UInt64(number) * 33_000_000 + late,
                isKeyframe: false, isDecodable: true)
        }
    }

    @Test("viewers with the same frames lack none, whatever their timestamps begin at")
    func same() {
        let logs = [log(0..<100, offset: 7), log(0..<100, offset: 0xffff_ff00, late: 2_000_000)]
        #expect(FrameComparison.lost(in: logs) == [0, 0])
    }

    @Test("a frame that one viewer lacks is counted for it alone")
    func missing() {
        let logs = [log(0..<100, offset: 7), log((0..<100).filter { $0 % 10 != 5 }, offset: 99, late: 900_000)]
        #expect(FrameComparison.lost(in: logs) == [0, 10])
    }

    @Test("frames at the ends, where not all were watched, do not count")
    func ends() { #expect(FrameComparison.lost(in: [log(0..<100, offset: 7), log(3..<98, offset: 5)]) == [0, 0]) }

    @Test("a viewer without any frame lost them all")
    func none() { #expect(FrameComparison.lost(in: [log(0..<100, offset: 7), []]) == [0, 100]) }
}
