/// What the path to one viewer carries, by draft-ietf-rmcat-gcc-02 on transport-wide feedback
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01).
///
/// The stream is application-limited: nothing changed on the screen, nothing sent. So a low rate of arrival never
/// lowers the estimate, silence leaves it as it is, and it rises only on what arrived or what a probe proved.
///
/// A value without clock: times are nanoseconds of any clock that only goes forward. `now` and the packets' sending
/// times need not have the same epoch.
struct BandwidthEstimator {
    /// Bounds of an estimate, bits per second.
    struct Limits: Sendable, Hashable {
        /// Never less: what keeps sound and some picture alive.
        var minimum: Int
        /// What a viewer is thought to have before anything was measured.
        var start: Int
        /// Never more.
        var maximum: Int
    }

    /// A round trip before one was measured; libwebrtc's default is 200 ms, but our viewers are near.
    static let assumedRoundTrip: UInt64 = 100_000_000

    /// The round trip by RTCP (RFC 3550, section 6.4.1), nanoseconds; nil: not measured.
    var roundTrip: UInt64?
    /// Bits per second that share the path and are in no feedback: sound, when only the video carries transport-wide
    /// sequence numbers.
    var unreported = 0 { didSet { backlog.unreported = Double(unreported) } }
    /// What the delay says of the path, by the last feedback.
    private(set) var usage = BandwidthUsage.normal
    private let limits: Limits
    private var ledger = FeedbackLedger()
    private var bursts = BurstGroups()
    private var trend = DelayTrend()
    private var detector = OveruseDetector()
    private var backlog = Backlog()
    private var arrivals = ArrivalRate()
    private var losses = LossWindow()
    private var lossControl = LossControl()
    private var rateControl: RateControl
    private var probes = ProbeSchedule()
    private var standingDecrease: (delay: Int64, at: UInt64)?
    private var updatedAt: UInt64 = 0

    /// An estimate that begins at the limits' start.
    init(limits: Limits) {
        self.limits = limits
        rateControl = RateControl(rate: Double(min(max(limits.start, limits.minimum), limits.maximum)))
    }

    /// What the path carries, bits per second on the wire, all that we send included.
    var estimate: Int {
        min(max(Int(min(rateControl.rate, lossControl.limit ?? .infinity)), limits.minimum), limits.maximum)
    }

    /// What to send now, bits per second, all included: the estimate, less what lets a queue that remains between frames
    /// empty within a second, at most half. It is for encoders; a choice of rendition goes by the estimate.
    var sendingRate: Int {
        guard backlog.residue > RateControl.busyResidue else { return estimate }
        return estimate - Int(Double(estimate) * min(Double(backlog.residue) / 1e9, 0.5))
    }

    /// The part of packets lost, 0...1, over the second before the last feedback.
    var lossFraction: Double { losses.fraction(at: updatedAt) }

    /// Bits per second that arrived in the half second before the last feedback.
    var receivedRate: Int { Int(arrivals.rate(at: updatedAt)) }

    /// How long the latest packet waited in queues, nanoseconds.
    var queueDelay: UInt64 { UInt64(max(0, backlog.delay)) }

    /// The probe to be sent now; when it becomes nil padding stops, also before its time: the path was full.
    var activeProbe: ProbePlan? { probes.active }

    /// Takes one feedback, in any order, with repetitions; `now` is when it came.
    mutating func update(_ packets: [PacketResult], at now: UInt64) {
        let deliveries = ledger.admit(packets)
        updatedAt = max(now, updatedAt)
        guard !deliveries.isEmpty else { return finishProbe(congested: false, at: now) }
        losses.record(deliveries, at: now)
        arrivals.record(deliveries, at: now)
        usage = measure(deliveries)
        if stands(at: now) { usage = .overusing }
        let before = rateControl.decreasedAt
        lossControl.update(
            fraction: losses.fraction(at: now), packets: losses.packets(at: now), rate: rateControl.rate, at: now)
        rateControl.update(
            RateControl.Evidence(
                usage: usage, capacity: backlog.capacity, received: arrivals.rate(at: now) + Double(unreported),
                proven: arrivals.proven(at: now) + Double(unreported), residue: backlog.residue,
                roundTrip: roundTrip ?? Self.assumedRoundTrip, mayRise: lossControl.mayRise), at: now)
        if rateControl.decreasedAt != before {
            arrivals.forgetPeaks()
            probes.overused(carrying: backlog.capacity.map { $0 - Double(unreported) }, at: now)
        }
        rateControl.clamp(to: Double(limits.minimum)...Double(limits.maximum))
        finishProbe(congested: usage == .overusing, at: now)
    }

    /// A probe to send, when more is wanted (bits per second on the wire) than was proven and the time is right. Ask
    /// with every feedback, and every second in silence.
    mutating func probe(wanting wanted: Int, at now: UInt64) -> ProbePlan? {
        finishProbe(congested: false, at: now)
        return probes.plan(
            wanting: min(wanted, limits.maximum), estimate: estimate, limit: limits.maximum, besides: unreported,
            residue: backlog.residue, loss: lossFraction, decreasedAt: rateControl.decreasedAt, at: now)
    }

    /// The worst that the delay showed within one feedback.
    private mutating func measure(_ deliveries: [Delivery]) -> BandwidthUsage {
        var overused = false
        for delivery in deliveries {
            // Sent in order, said late: no use for delays.
            if let arrivedAt = delivery.arrivedAt, !delivery.wasCalledLost {
                backlog.record(sentAt: delivery.sentAt, arrivedAt: arrivedAt, size: delivery.size)
                switch bursts.add(sentAt: delivery.sentAt, arrivedAt: arrivedAt) {
                case .nothing: break
                case .restarted:
                    trend = DelayTrend()
                    detector = OveruseDetector()
                case .difference(let difference):
                    guard let slope = trend.add(difference) else { break }
                    detector.add(slope: slope, sent: difference.sent, arrivedAt: difference.arrivedAt)
                    if detector.usage == .overusing { overused = true }
                }
            }
            probes.record(delivery, queue: backlog.delay)
        }
        return overused && detector.usage != .underusing ? .overusing : detector.usage
    }

    /// Whether a queue stands that sending less would shorten.
    private mutating func stands(at now: UInt64) -> Bool {
        guard let delay = backlog.standingDelay else { return false }
        guard let earlier = standingDecrease, now < earlier.at + 10_000_000_000 else {
            standingDecrease = (delay, now)
            backlog.watchAgain()
            return true
        }
        // Give the first decrease a second to show.
        guard now >= earlier.at + 1_000_000_000 else { return false }
        if Double(delay) > Double(earlier.delay) * 0.95, backlog.capacity == nil {
            backlog.acceptDelay()
            standingDecrease = nil
            return false
        }
        standingDecrease = (delay, now)
        backlog.watchAgain()
        return true
    }

    private mutating func finishProbe(congested: Bool, at now: UInt64) {
        let outcome = probes.finish(
            congested: congested, roundTrip: roundTrip ?? Self.assumedRoundTrip, at: now)
        switch outcome {
        case .passed(let rate):
            rateControl.prove(rate + Double(unreported))
            lossControl.prove(rate + Double(unreported))
        case .failed:
            // The queue it made showed what the path carries; that may still be more than was known.
            if let capacity = backlog.capacity { rateControl.prove(capacity * RateControl.beta) }
        case .inconclusive, nil: break
        }
    }
}
