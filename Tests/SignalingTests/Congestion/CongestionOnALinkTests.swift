import Testing

@testable import Signaling

@Suite("Congestion on a simulated link", .timeLimit(.minutes(1)))
struct CongestionOnALinkTests {
    private static let full = 2_500_000

    @Test(
        "A 500 kbit/s link is found within ten seconds and its queue stays short",
        arguments: [500_000, 1_000_000, 2_500_000], [nil, full + EncoderBudget.sound])
    func slowLink(start: Int, wanting: Int?) {
        var viewer = SimulatedViewer(link: SimulatedLink(capacity: [(0, 500_000)]), start: start)
        viewer.wanting = wanting
        viewer.run(seconds: 60)
        let estimates = viewer.estimates(from: 10_000).sorted()
        #expect((350_000...500_000).contains(estimates[estimates.count / 2]))
        #expect(estimates[0] >= 350_000)
        #expect(estimates[estimates.count * 9 / 10] <= 510_000)
        #expect(estimates[estimates.count - 1] <= 550_000)
        #expect(viewer.delayPercentile(0.95, after: 10_000) <= 300)
    }

    @Test("A shaper's bucket of credit deceives probes, not for long", arguments: [4000.0, 8000])
    func bucket(burst: Double) {
        var link = SimulatedLink(capacity: [(0, 500_000)])
        link.burst = burst
        var viewer = SimulatedViewer(link: link)
        viewer.wanting = Self.full
        viewer.run(seconds: 60)
        #expect(viewer.delayPercentile(0.95, after: 10_000) <= 400)
    }

    @Test(
        "A link that shrinks is answered at once, one that grows again within twelve seconds",
        arguments: [20_000, 22_100, 24_200, 26_300, 28_400])
    func shrinkAndGrow(restoredAt: Int) throws {
        var viewer = SimulatedViewer(
            link: SimulatedLink(capacity: [(0, 10_000_000), (10_000, 500_000), (restoredAt, 10_000_000)]),
            start: Self.full)
        viewer.wanting = Self.full + EncoderBudget.sound
        viewer.run(seconds: 50)
        #expect(try #require(viewer.estimates(from: 12_000, to: restoredAt).max()) <= 550_000)
        let risen = viewer.moments.first { $0.milliseconds > restoredAt && $0.estimate > 2_500_000 }
        #expect(try #require(risen).milliseconds <= restoredAt + 12_000)
    }

    @Test("Few frames a second, or many, settle as well", arguments: [5, 15, 60])
    func frameRates(frames: Int) {
        var viewer = SimulatedViewer(link: SimulatedLink(capacity: [(0, 500_000)]))
        viewer.wanting = Self.full
        viewer.frameRate = frames
        viewer.run(seconds: 60)
        let estimates = viewer.estimates(from: 10_000).sorted()
        #expect(estimates[0] >= 350_000)
        #expect((400_000...500_000).contains(estimates[estimates.count / 2]))
        #expect(viewer.delayPercentile(0.95, after: 10_000) <= 300)
    }

    @Test("Jitter without a queue lowers nothing", arguments: [1, 2, 3])
    func jitter(seed: UInt64) {
        var link = SimulatedLink(capacity: [(0, 10_000_000)], seed: seed)
        link.jitter = 20_000_000
        var viewer = SimulatedViewer(link: link, start: 2_000_000)
        viewer.run(seconds: 60)
        #expect(viewer.estimates(from: 0).allSatisfy { $0 >= 1_900_000 })
    }

    @Test("Half a minute of a still picture leaves the estimate as it was")
    func idle() throws {
        var viewer = SimulatedViewer(
            link: SimulatedLink(capacity: [(0, 10_000_000)]), start: 2_500_000, maximum: 2_500_000)
        viewer.moves = { $0 < 5000 }
        viewer.run(seconds: 5)
        let before = viewer.estimator.estimate
        viewer.run(seconds: 30)
        #expect(before == 2_500_000)
        #expect(viewer.estimator.estimate == before)
        #expect(viewer.estimator.receivedRate < 10_000)
    }

    @Test("A picture that moves now and then neither loses the estimate nor floods the link")
    func gated() {
        var viewer = SimulatedViewer(link: SimulatedLink(capacity: [(0, 1_500_000)]), start: 1_000_000)
        viewer.link.queue = 75_000
        viewer.wanting = Self.full
        viewer.moves = { $0 / 3000 % 2 == 0 }
        viewer.run(seconds: 60)
        let estimates = viewer.estimates(from: 10_000)
        #expect(estimates.allSatisfy { (1_000_000...1_700_000).contains($0) })
        #expect(viewer.delayPercentile(0.95, after: 10_000) <= 300)
    }

    @Test("Without evidence the estimate does not grow")
    func applicationLimited() {
        var viewer = SimulatedViewer(link: SimulatedLink(capacity: [(0, 10_000_000)]), start: 500_000)
        viewer.encoder = 200_000...300_000
        viewer.run(seconds: 60)
        #expect(viewer.estimator.estimate <= 700_000)
        #expect(viewer.estimator.estimate >= 500_000)
    }

    @Test("Random loss of 5 % does not collapse the estimate", arguments: [1, 2, 3, 4])
    func someLoss(seed: UInt64) {
        var link = SimulatedLink(capacity: [(0, 10_000_000)], seed: seed)
        link.loss = 0.05
        var viewer = SimulatedViewer(link: link, start: 2_000_000)
        viewer.run(seconds: 60)
        #expect(viewer.estimates(from: 0).allSatisfy { $0 >= 1_600_000 })
        #expect((0.02...0.09).contains(viewer.estimator.lossFraction))
    }

    @Test("Random loss of 20 % lowers it")
    func heavyLoss() {
        var link = SimulatedLink(capacity: [(0, 10_000_000)])
        link.loss = 0.2
        var viewer = SimulatedViewer(link: link, start: 2_000_000)
        viewer.run(seconds: 10)
        #expect(viewer.estimator.estimate < 1_000_000)
    }

    @Test("A link that held everything back once for 300 ms lowers nothing")
    func spike() {
        var link = SimulatedLink(capacity: [(0, 10_000_000)])
        link.queue = 200_000
        link.stalls = [15_000..<15_300]
        var viewer = SimulatedViewer(link: link, start: 2_000_000, maximum: 3_000_000)
        viewer.run(seconds: 15)
        let before = viewer.estimator.estimate
        viewer.run(seconds: 10)
        #expect(viewer.estimates(from: 15_000).allSatisfy { $0 >= before })
    }

    @Test("A path that got longer for good is accepted within seconds")
    func reroute() {
        var viewer = SimulatedViewer(
            link: SimulatedLink(capacity: [(0, 10_000_000)]), start: 2_000_000, maximum: 3_000_000)
        viewer.run(seconds: 15)
        viewer.link.propagation += 150_000_000
        viewer.run(seconds: 15)
        #expect(viewer.estimates(from: 15_000).allSatisfy { $0 >= 1_200_000 })
        #expect(viewer.estimator.queueDelay < 50_000_000)
        #expect(viewer.estimator.estimate >= 1_800_000)
    }

    @Test("The receiver's clock may wrap while the stream runs")
    func clockWraps() {
        var viewer = SimulatedViewer(link: SimulatedLink(capacity: [(0, 500_000)]))
        viewer.remoteEpoch = UInt64(RTCPReader.clockPeriod) - 20_000_000_000
        viewer.clockPeriod = UInt64(RTCPReader.clockPeriod)
        viewer.run(seconds: 40)
        #expect(viewer.estimates(from: 10_000).allSatisfy { (350_000...550_000).contains($0) })
    }

    @Test(
        "Two minutes of a steady link switch the rendition twice at most",
        arguments: [400_000.0, 500_000, 700_000, 1_000_000, 1_500_000, 1_900_000, 2_100_000, 2_400_000, 5_000_000],
        [true, false])
    func steady(capacity: Double, heldByOthers: Bool) {
        var viewer = SimulatedViewer(link: SimulatedLink(capacity: [(0, capacity)]))
        viewer.link.queue = max(25_000, Int(capacity / 8 * 0.3))
        viewer.choice = RenditionChoice()
        viewer.renditions = { viewer in
            [
                RenditionLoad(
                    name: "full", minimum: 600_000, maximum: Self.full,
                    present: heldByOthers ? 1_800_000 : viewer.bitrate, isHeldByOthers: heldByOthers),
                RenditionLoad(
                    name: "tile", minimum: 150_000, maximum: 400_000, present: 400_000, isHeldByOthers: false),
            ]
        }
        viewer.run(seconds: 120)
        #expect(viewer.switches.count <= 3)
        #expect(viewer.switches.filter { $0.milliseconds > 10_000 }.count <= 2)
        #expect(viewer.delayPercentile(0.95, after: 10_000) <= 300)
    }
}
