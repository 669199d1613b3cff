/// When to probe, and how far.
struct ProbeSchedule {
    /// The most that one probe asks for, times the estimate: 300 ms at twice the rate of a full 500 kbit/s path put
    /// 19 KB in its queue, and feedback ends them sooner.
    static let reach = 2.0
    /// After failures smaller steps, which are the gentler the longer nothing changed.
    static let cautious = [2.0, 1.5, 1.35]
    /// Seconds to wait after the first, second and further failures in a row.
    static let waits: [Double] = [2, 4, 5]
    /// Seconds to wait after a probe for which too little was sent.
    static let again = 2.0
    /// Milliseconds; three feedbacks.
    static let duration = 300
    /// A rate that is wanted is probed with that margin, so that the measured one is not just below it.
    static let margin = 1.1
    /// A step smaller than this is left to the additive increase.
    static let smallest = 1.05
    /// Seconds without decrease before a probe, so that the queue had time to empty.
    static let calm = 1.0
    /// A queue that grows within that time after a passed probe refutes it: a shaper's bucket let it through
    /// (`tbf` and the policers of access networks save up credit), nanoseconds.
    static let refutable: UInt64 = 4_000_000_000

    private var count = 0
    private var failures = 0
    private var notBefore: UInt64 = 0
    private var cluster: ProbeCluster?
    private var passed: (rate: Double, at: UInt64)?

    /// The probe under way.
    var active: ProbePlan? { cluster?.plan }

    /// Asks for a probe when the wanted rate is not proven and the path is calm.
    mutating func plan(
        wanting wanted: Int, estimate: Int, limit: Int, besides: Int, residue: Int64, loss: Double,
        decreasedAt: UInt64?, at now: UInt64
    ) -> ProbePlan? {
        guard cluster == nil, now >= notBefore, wanted > estimate, loss <= LossControl.high else { return nil }
        guard residue <= RateControl.busyResidue else { return nil }
        if let decreasedAt, now < decreasedAt + UInt64(Self.calm * 1e9) { return nil }
        let reach = Double(estimate) * Self.cautious[min(failures, Self.cautious.count - 1)]
        let target = Int(min(Double(wanted) * Self.margin, reach, Double(limit)))
        guard Double(target) >= Double(estimate) * Self.smallest else { return nil }
        guard target > besides else { return nil }
        count += 1
        let plan = ProbePlan(number: count, target: target - besides, duration: Self.duration, minimumPackets: 10)
        cluster = ProbeCluster(plan: plan, askedAt: now, ambientLoss: loss)
        return plan
    }

    /// Takes one packet and the queue that it waited in, nanoseconds.
    mutating func record(_ delivery: Delivery, queue: Int64) {
        cluster?.add(delivery, queue: queue)
    }

    /// What the probe under way showed, once it did; the probe is then over.
    mutating func finish(congested: Bool, roundTrip: UInt64, at now: UInt64) -> ProbeCluster.Outcome? {
        guard let probe = cluster else { return nil }
        let outcome = congested ? .failed : probe.outcome(at: now, roundTrip: roundTrip)
        guard let outcome else { return nil }
        cluster = nil
        switch outcome {
        case .passed(let rate):
            passed = (rate, now)
            failures = 0
            notBefore = now
        case .failed: fail(at: now)
        case .inconclusive:
            notBefore = now + UInt64(Self.again * 1e9)
        }
        return outcome
    }

    /// A queue grew, and the path carried that many bits per second meanwhile.
    mutating func overused(carrying capacity: Double?, at now: UInt64) {
        guard let passed, let capacity, capacity < passed.rate * ProbeCluster.passing else { return }
        self.passed = nil
        guard now < passed.at + Self.refutable else { return }
        // A path that deceives is probed gently and seldom.
        failures = max(failures, Self.cautious.count - 1)
        fail(at: now)
    }

    private mutating func fail(at now: UInt64) {
        notBefore = now + UInt64(Self.waits[min(failures, Self.waits.count - 1)] * 1e9)
        failures += 1
    }
}
