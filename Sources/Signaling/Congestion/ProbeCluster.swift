/// The packets of one probe, and what became of them.
///
/// As libwebrtc's probe_bitrate_estimator, compares the rate of sending with that of arrival; the media between the
/// marked packets counts, since it was part of the load.
struct ProbeCluster {
    /// What a probe showed.
    enum Outcome: Sendable, Hashable {
        /// The path carried that many bits per second.
        case passed(Double)
        /// A queue grew or packets were lost.
        case failed
        /// Too little was sent to say.
        case inconclusive
    }

    /// libwebrtc, probe_bitrate_estimator: kMinRatioForUnsaturatedLink.
    static let passing = 0.9
    /// Growth of the queue that ends a probe before its time: gentler than waiting for the 400 ms that fill a buffer.
    static let queueGrowth: Int64 = 80_000_000
    /// Loss beyond that of the moments before.
    static let loss = 0.05
    /// What of the planned duration must have been sent.
    static let coverage = 0.8
    /// How long results may take after the last packet, nanoseconds: three feedbacks and a full buffer.
    static let patience: UInt64 = 700_000_000
    private static let most = 4096

    /// What was asked for.
    let plan: ProbePlan
    /// When.
    let askedAt: UInt64
    /// Loss before, 0...1.
    let ambientLoss: Double
    private var deliveries: [(delivery: Delivery, queue: Int64)] = []

    init(plan: ProbePlan, askedAt: UInt64, ambientLoss: Double) {
        self.plan = plan
        self.askedAt = askedAt
        self.ambientLoss = ambientLoss
    }

    /// Takes one packet and the queue that it waited in, nanoseconds.
    mutating func add(_ delivery: Delivery, queue: Int64) {
        guard delivery.isProbe || !deliveries.isEmpty, !delivery.wasCalledLost, deliveries.count < Self.most
        else { return }
        deliveries.append((delivery, queue))
    }

    /// The verdict, once there is one.
    func outcome(at now: UInt64, roundTrip: UInt64) -> Outcome? {
        let late = now > askedAt + UInt64(plan.duration) * 1_000_000 + Self.patience + roundTrip
        guard let end = deliveries.lastIndex(where: { $0.delivery.isProbe }) else { return late ? .inconclusive : nil }
        let sent = deliveries[...end]
        let arrived = sent.filter { $0.delivery.arrivedAt != nil }
        guard let first = arrived.first, let last = arrived.last else { return late ? .failed : nil }
        let span = sent[end].delivery.sentAt - sent[0].delivery.sentAt
        let planned = Double(plan.duration) * 1e6
        let lost = 1 - Double(arrived.count) / Double(sent.count)
        let enough = sent.count >= plan.minimumPackets
        if sent.count >= 5, last.queue - first.queue > Self.queueGrowth { return .failed }
        if enough, lost > ambientLoss + Self.loss + 1.5 / Double(sent.count) { return .failed }
        guard Double(span) >= planned * Self.coverage && enough else {
            guard late else { return nil }
            guard enough, Double(span) >= planned / 2 else { return .inconclusive }
            return rates(sent)
        }
        // A bucket of credit lets the beginning through, whatever the path carries then: the later half counts too.
        let half = sent.drop { $0.delivery.sentAt < sent[0].delivery.sentAt + span / 2 }
        if half.count >= 5, rates(half) == .failed { return .failed }
        return rates(sent)
    }

    private func rates(_ sent: ArraySlice<(delivery: Delivery, queue: Int64)>) -> Outcome {
        guard let begin = sent.first, let end = sent.last else { return .inconclusive }
        let span = end.delivery.sentAt - begin.delivery.sentAt
        let reached = sent.lazy.map(\.delivery).filter { $0.arrivedAt != nil }
        guard let first = reached.first, let last = reached.last else { return .failed }
        let bytes = sent.reduce(0) { $0 + $1.delivery.size }
        let arrived = sent.reduce(0) { $1.delivery.arrivedAt == nil ? $0 : $0 + $1.delivery.size }
        let arrivals = max((last.arrivedAt ?? 0) - (first.arrivedAt ?? 0), 1)
        guard span > 0 else { return .inconclusive }
        // The last packet's sending and the first one's arrival began the intervals, so those bytes lie outside.
        let sending = Double(bytes - end.delivery.size) * 8e9 / Double(span)
        let arriving = Double(arrived - first.size) * 8e9 / Double(arrivals)
        let expected = sending * Double(arrived) / Double(max(bytes, 1))
        return arriving >= expected * Self.passing ? .passed(min(sending, Double(plan.target))) : .failed
    }
}
