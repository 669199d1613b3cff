import Foundation

/// Additive increase, multiplicative decrease by the delay's verdict (draft-ietf-rmcat-gcc-02, section 5.5).
struct RateControl {
    /// What one feedback showed.
    struct Evidence {
        var usage: BandwidthUsage
        /// What the path carries, if a queue showed it, bits per second.
        var capacity: Double?
        /// What arrives, bits per second.
        var received: Double
        /// The most that arrived in the last seconds, bits per second.
        var proven: Double
        /// The queue that remains between frames, nanoseconds.
        var residue: Int64
        /// Nanoseconds.
        var roundTrip: UInt64
        /// Whether losses allow an increase.
        var mayRise: Bool
    }

    /// draft-ietf-rmcat-gcc-02, section 5.5: beta, eta per second, and the bound of 1.5 times what arrives.
    static let beta = 0.85
    static let eta = 1.08
    static let lead = 1.5
    /// The draft's response time is the round trip and 100 ms of detection.
    static let detection = 0.1
    /// A path that we do not load, with less queue than this, has no need that we send less.
    static let harmlessResidue: Int64 = 30_000_000
    /// How much of a path that was measured full is to be filled; libwebrtc, probe_bitrate_estimator
    /// (kTargetUtilizationFraction).
    static let utilisation = 0.95
    /// Nothing is added while a queue remains between frames: it grows too slowly for its slope to show, or empties.
    static let busyResidue: Int64 = 20_000_000
    /// A second decrease waits at least that long, and a round trip: the first must show its effect. Feedback
    /// interval, encoder's answer and queue to drain; seconds.
    static let settling = 0.4

    private enum State { case hold, increase, decrease }
    private var state = State.hold
    private var changedAt: UInt64?
    private var capacity = LinkCapacity()

    /// When it last decreased.
    private(set) var decreasedAt: UInt64?
    /// The present rate, bits per second.
    private(set) var rate: Double

    init(rate: Double) { self.rate = rate }

    /// Moves the rate by one feedback's evidence.
    mutating func update(_ evidence: Evidence, at now: UInt64) {
        advance(evidence.usage)
        let elapsed = changedAt.map { min(Double(now &- $0) / 1e9, 1) } ?? 0
        changedAt = now
        switch state {
        case .hold: break
        case .increase: if evidence.mayRise { increase(evidence, elapsed: elapsed) }
        case .decrease:
            decrease(evidence, at: now)
            state = .hold
        }
    }

    /// A probe passed at that rate.
    mutating func prove(_ proven: Double) {
        guard proven > rate else { return }
        rate = proven
        if let bounds = capacity.bounds, proven > bounds.upperBound { capacity.forget() }
    }

    /// Keeps within bounds.
    mutating func clamp(to bounds: ClosedRange<Double>) {
        rate = min(max(rate, bounds.lowerBound), bounds.upperBound)
    }

    /// The state machine of section 5.5.
    private mutating func advance(_ usage: BandwidthUsage) {
        switch usage {
        case .overusing: state = .decrease
        case .underusing: state = .hold
        case .normal: state = state == .increase || state == .hold ? .increase : .hold
        }
    }

    private mutating func increase(_ evidence: Evidence, elapsed: Double) {
        guard evidence.residue <= Self.busyResidue else { return }
        if let bounds = capacity.bounds, rate > bounds.upperBound { capacity.forget() }
        var next: Double
        if let bounds = capacity.bounds, let average = capacity.average, bounds.contains(rate) {
            // Half a packet in a response time, the packet being that of a stream of 30 frames a second.
            let frame = rate / 30
            let packet = frame / (frame / (1200 * 8)).rounded(.up)
            let response = Double(evidence.roundTrip) / 1e9 + Self.detection
            next = rate + max(1000, 0.5 * min(1, elapsed / response) * packet)
            // Past the rate at which queues grew before only what really arrives leads; a probe shows it sooner.
            next = min(next, Self.utilisation * max(average, evidence.received))
        } else {
            next = rate * pow(Self.eta, elapsed)
        }
        // What was not sent was not proven.
        next = min(next, evidence.proven * Self.lead)
        rate = max(rate, next)
    }

    private mutating func decrease(_ evidence: Evidence, at now: UInt64) {
        let wait = Self.settling + Double(evidence.roundTrip) / 1e9
        if let decreasedAt, Double(now &- decreasedAt) / 1e9 < wait { return }
        if let carried = evidence.capacity {
            decreasedAt = now
            if let bounds = capacity.bounds, !bounds.contains(carried) { capacity.forget() }
            capacity.overused(at: carried)
            rate = min(rate, carried * Self.beta)
        } else if evidence.residue > Self.harmlessResidue {
            decreasedAt = now
            rate *= Self.beta
        }
    }
}
