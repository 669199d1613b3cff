import Testing

@testable import Probe

@Suite("FrameMeter")
struct FrameMeterTests {
    private static let second: UInt64 = 1_000_000_000

    private func feed(_ meter: FrameMeter, from begin: UInt64, fps: UInt64, seconds: UInt64, changedEvery: UInt64)
        -> UInt64
    {
        var time = begin
        for index in 0..<(fps * seconds) {
            meter.record(at: time, changed: changedEvery > 0 && index % changedEvery == 0)
            time += Self.second / fps
        }
        return time
    }

    @Test("grabbed and changed frames are counted apart")
    func rates() throws {
        let meter = FrameMeter()
        let end = feed(meter, from: 1000 * Self.second, fps: 30, seconds: 5, changedEvery: 2)
        let reading = meter.reading(at: end)
        #expect(abs(try #require(reading.grabbedFps) - 30) < 1)
        #expect(abs(try #require(reading.changedFps) - 15) < 1)
        #expect(reading.frames == 150)
        #expect(reading.changedFrames == 75)
        #expect(try #require(reading.lastFrameAge) < 0.05)
    }

    @Test("a static screen reads 0 changed frames and a live capture")
    func staticScreen() throws {
        let meter = FrameMeter()
        var end = feed(meter, from: Self.second, fps: 30, seconds: 3, changedEvery: 1)
        end = feed(meter, from: end, fps: 5, seconds: 4, changedEvery: 0)
        let reading = meter.reading(at: end)
        #expect(reading.changedFps == 0)
        #expect(abs(try #require(reading.grabbedFps) - 5) < 0.6)
        #expect(abs(try #require(reading.lastChangeAge) - 4) < 0.1)
    }

    @Test("how long the picture has been frozen is known beyond the frames remembered")
    func frozen() throws {
        let meter = FrameMeter()
        let changed = feed(meter, from: Self.second, fps: 10, seconds: 1, changedEvery: 1)
        let end = feed(meter, from: changed, fps: 30, seconds: 60, changedEvery: 0)
        let reading = meter.reading(at: end)
        #expect(abs(try #require(reading.lastChangeAge) - 60) < 0.2)
        #expect(reading.changedFps == 0)
    }

    @Test("a capture that stands still reads 0 and an age")
    func stalled() throws {
        let meter = FrameMeter()
        let end = feed(meter, from: Self.second, fps: 30, seconds: 3, changedEvery: 1)
        let reading = meter.reading(at: end + 10 * Self.second)
        #expect(reading.grabbedFps == 0)
        #expect(abs(try #require(reading.lastFrameAge) - 10) < 0.1)
    }

    @Test("before half a second nothing is claimed")
    func warmUp() {
        let meter = FrameMeter()
        #expect(meter.reading(at: 5 * Self.second).grabbedFps == nil)
        #expect(meter.reading(at: 5 * Self.second).lastFrameAge == nil)
        meter.record(at: 5 * Self.second, changed: true)
        #expect(meter.reading(at: 5 * Self.second + Self.second / 4).grabbedFps == nil)
        #expect(meter.reading(at: 5 * Self.second + Self.second / 4).lastFrameAge == 0.25)
    }

    @Test("more frames than slots do no harm")
    func wrap() throws {
        let meter = FrameMeter()
        let end = feed(meter, from: Self.second, fps: 200, seconds: 30, changedEvery: 1)
        #expect(abs(try #require(meter.reading(at: end).grabbedFps) - 200) < 2)
    }

    @Test("reading while another thread records is consistent")
    func concurrent() async {
        let meter = FrameMeter()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for index in 0..<UInt64(200_000) { meter.record(at: index * 1_000_000, changed: index % 2 == 0) }
            }
            group.addTask {
                for _ in 0..<2000 {
                    let frames = meter.reading(at: 0).frames
                    let reading = meter.reading(at: frames * 1_000_000)
                    // A torn slot would read as a burst far above the 1000 frames a second that are recorded.
                    #expect((reading.grabbedFps ?? 0) <= 1001)
                }
            }
        }
        #expect(meter.reading(at: 0).frames == 200_000)
    }
}
