@testable import Signaling

/// A sender, a link and a receiver in simulated time: frames at the rate that the estimate allows, sound beside them
/// without transport-wide numbers, padding when a probe is asked for, feedback every 100 ms.
struct SimulatedViewer {
    /// What the estimator was like at one feedback.
    struct Moment {
        var milliseconds: Int
        var estimate: Int
        var usage: BandwidthUsage
    }

    var link: SimulatedLink
    var estimator: BandwidthEstimator
    /// Bits per second that the encoder may have.
    var encoder = 150_000...2_500_000
    /// Frames per second.
    var frameRate = 30
    /// What the estimator is asked to prove; nil: nothing.
    var wanting: Int?
    /// Whether the picture moves in that millisecond.
    var moves: (Int) -> Bool = { _ in true }
    /// The receiver's clock at time zero.
    var remoteEpoch: UInt64 = 77_000_000_000
    /// Where the receiver's clock begins anew.
    var clockPeriod = UInt64.max
    var choice: RenditionChoice?
    var renditions: (SimulatedViewer) -> [RenditionLoad] = { _ in [] }

    private(set) var moments: [Moment] = []
    private(set) var delays: [(milliseconds: Int, queued: Double)] = []
    private(set) var switches: [(milliseconds: Int, decision: RenditionDecision)] = []
    private(set) var probes: [(milliseconds: Int, plan: ProbePlan)] = []
    private(set) var bitrate = 500_000
    private var sending: RenditionLoad?
    private var bitrateChangedAt: UInt64 = 0
    private var sequence: UInt16 = 65_000
    private var sent: [(result: PacketResult, arrival: UInt64?)] = []
    private var feedbacks: [(at: UInt64, packets: [PacketResult])] = []
    private var probe: (plan: ProbePlan, began: UInt64, bytes: Int)?
    private var random = SeededGenerator(seed: 99)

    init(link: SimulatedLink, start: Int = 1_000_000, minimum: Int = 150_000, maximum: Int = 10_000_000) {
        self.link = link
        estimator = BandwidthEstimator(
            limits: BandwidthEstimator.Limits(minimum: minimum, start: start, maximum: maximum))
        estimator.unreported = EncoderBudget.sound
    }

    private(set) var milliseconds = 0

    mutating func run(seconds: Double) {
        let end = milliseconds + Int(seconds * 1000)
        while milliseconds < end {
            step()
            milliseconds += 1
        }
    }

    private mutating func step() {
        let now = UInt64(milliseconds) * 1_000_000
        while let next = feedbacks.first, next.at <= now {
            feedbacks.removeFirst()
            answer(next.packets, at: now)
        }
        if milliseconds % 10 == 0 { _ = link.send(125, at: now) }
        if milliseconds * frameRate / 1000 != (milliseconds - 1) * frameRate / 1000 { sendFrame(at: now) }
        if milliseconds % 10 == 5 { pad(at: now) }
        if milliseconds % 100 == 50 { collectFeedback(at: now) }
    }

    private mutating func answer(_ packets: [PacketResult], at now: UInt64) {
        estimator.update(packets, at: now)
        moments.append(Moment(milliseconds: milliseconds, estimate: estimator.estimate, usage: estimator.usage))
        setBitrate(at: now)
        let loads = renditions(self)
        if let decision = choice?.decide(
            estimate: estimator.estimate, loss: estimator.lossFraction, wanted: "full", renditions: loads, at: now)
        {
            wanting = decision.demand
            if decision.change != nil { switches.append((milliseconds, decision)) }
            sending = loads.first { $0.name == decision.name }
        }
        if let wanting, let plan = estimator.probe(wanting: wanting, at: now) {
            probe = (plan, now, 0)
            probes.append((milliseconds, plan))
        }
    }

    private mutating func setBitrate(at now: UInt64) {
        if let sending, sending.isHeldByOthers { return bitrate = sending.present ?? sending.minimum }
        let range = sending.map { $0.minimum...$0.maximum } ?? encoder
        let next = EncoderBudget.bitrate(
            current: bitrate, estimates: [estimator.sendingRate], range: range, sinceChange: now - bitrateChangedAt)
        if next != bitrate { (bitrate, bitrateChangedAt) = (next, now) }
    }

    private mutating func sendFrame(at now: UInt64) {
        guard moves(milliseconds) else {
            if milliseconds % 1000 < 1000 / frameRate { send(200, isProbe: false, at: now) }
            return
        }
        var bytes = Int(Double(bitrate) / 8 / Double(frameRate) * Double.random(in: 0.7...1.3, using: &random))
        while bytes > 0 {
            send(min(bytes, 1200), isProbe: false, at: now)
            bytes -= 1200
        }
    }

    private mutating func pad(at now: UInt64) {
        guard let (plan, began, _) = probe else { return }
        let elapsed = Int((now - began) / 1_000_000) + 10
        guard estimator.activeProbe == plan, elapsed <= plan.duration + 20 else { return probe = nil }
        let size = min(1200, plan.bytes / plan.minimumPackets)
        while probe!.bytes + size <= plan.bytes * elapsed / plan.duration { send(size, isProbe: true, at: now) }
    }

    private mutating func send(_ size: Int, isProbe: Bool, at now: UInt64) {
        let fate = link.send(size, at: now)
        probe?.bytes += size
        if fate.arrival != nil { delays.append((milliseconds, Double(fate.queued) / 1e6)) }
        sent.append(
            (
                PacketResult(
                    sequence: sequence, sentAt: now, receivedAt: fate.arrival.map { ($0 + remoteEpoch) % clockPeriod },
                    size: size,
                    isProbe: isProbe), fate.arrival
            ))
        sequence &+= 1
    }

    private mutating func collectFeedback(at now: UInt64) {
        guard let last = sent.lastIndex(where: { $0.arrival.map { $0 <= now } ?? false }) else { return }
        feedbacks.append((now + link.propagation, sent[...last].map(\.result)))
        sent.removeFirst(last + 1)
    }

    func delayPercentile(_ part: Double, after start: Int) -> Double {
        let sorted = delays.filter { $0.milliseconds >= start }.map(\.queued).sorted()
        return sorted[Int(Double(sorted.count - 1) * part)]
    }

    func estimates(from start: Int, to end: Int = .max) -> [Int] {
        moments.filter { $0.milliseconds >= start && $0.milliseconds < end }.map(\.estimate)
    }
}
