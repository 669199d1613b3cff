import Foundation

/// Decides for one viewer which rendition its path carries: down at once, up with care.
struct RenditionChoice {
    /// A step up takes that many times the rate that it needs, for that time (nanoseconds).
    static let margin = 1.15
    static let proof: UInt64 = 2_000_000_000
    /// Each step up that failed makes the next one need more, up to that: an estimate that swings by AIMD's 0.85
    /// around a threshold must not swing the picture.
    static let largestMargin = 1.5
    /// After a failed step up the next waits: first, doubled with each, at most (nanoseconds).
    static let firstHold: UInt64 = 2_000_000_000
    static let longestHold: UInt64 = 10_000_000_000
    /// A step up that was undone within that time failed; one that lasted so long clears earlier failures.
    static let trial: UInt64 = 20_000_000_000
    /// With more loss than this nothing is added; the middle band of draft-ietf-rmcat-gcc-02, section 6.
    static let lossForStep = 0.05

    private var current: String?
    private var failures = 0
    private var steppedUpAt: UInt64?
    private var notBefore: UInt64 = 0
    private var carriedSince: UInt64?
    private var wantedBefore: String?

    /// Decides anew, with every feedback and when something of it changes.
    ///
    /// `estimate` is in bits per second on the wire, `loss` 0...1, `renditions` best first and not empty; a `wanted`
    /// that is not among them counts as the best.
    mutating func decide(
        estimate: Int, loss: Double, wanted: String, renditions: [RenditionLoad], at now: UInt64
    ) -> RenditionDecision {
        precondition(!renditions.isEmpty, "a viewer needs a rendition to choose from")
        let best = renditions.firstIndex { $0.name == wanted } ?? 0
        let asked = wantedBefore != wanted
        wantedBefore = wanted
        if let steppedUpAt, now >= steppedUpAt + Self.trial {
            failures = 0
            self.steppedUpAt = nil
        }
        guard let present = renditions.firstIndex(where: { $0.name == current }) else {
            // A newcomer, or one whose rendition is gone.
            let index = fitting(estimate, from: best, in: renditions)
            return change(to: index, best: best, in: renditions, for: index == best ? .requested : .congestion)
        }
        if asked, best < present {
            // A person who asks is not kept waiting; what the path does not carry comes nearest.
            forgetTrials()
            let index = fitting(estimate, from: best, in: renditions)
            if index < present { return change(to: index, best: best, in: renditions, for: .requested) }
        }
        if present < best { return change(to: best, best: best, in: renditions, for: .requested) }
        if present < renditions.count - 1, estimate < renditions[present].need {
            if steppedUpAt != nil {
                failures += 1
                steppedUpAt = nil
            }
            notBefore = failures > 0 ? now + hold : now
            let index = fitting(estimate, from: present + 1, in: renditions)
            return change(to: index, best: best, in: renditions, for: .congestion)
        }
        if let next = stepUp(from: present, best: best, estimate: estimate, loss: loss, renditions: renditions, at: now)
        {
            steppedUpAt = now
            return change(to: next, best: best, in: renditions, for: .recovered)
        }
        return RenditionDecision(
            name: renditions[present].name, change: nil, demand: demand(at: present, best: best, in: renditions))
    }

    private var stepMargin: Double {
        min(pow(Self.margin, Double(failures + 1)), Self.largestMargin)
    }

    private var hold: UInt64 {
        min(Self.firstHold << UInt64(min(failures - 1, 8)), Self.longestHold)
    }

    /// The best rendition above that has been carried for long enough, taken from the top so that a path that is well
    /// again gives the whole picture back in one step.
    private mutating func stepUp(
        from present: Int, best: Int, estimate: Int, loss: Double, renditions: [RenditionLoad], at now: UInt64
    ) -> Int? {
        let carried = (best..<present).first { Double(estimate) >= Double(renditions[$0].need) * stepMargin }
        guard let carried, loss <= Self.lossForStep else {
            carriedSince = nil
            return nil
        }
        // The time runs on when a still better one comes within reach: the lower one's proof holds.
        let since = carriedSince ?? now
        carriedSince = since
        guard now >= since + Self.proof, now >= notBefore else { return nil }
        return carried
    }

    private func fitting(_ estimate: Int, from first: Int, in renditions: [RenditionLoad]) -> Int {
        (first..<renditions.count).first { estimate >= renditions[$0].need } ?? renditions.count - 1
    }

    private func demand(at index: Int, best: Int, in renditions: [RenditionLoad]) -> Int {
        guard index > best else { return renditions[index].maximum + EncoderBudget.sound }
        return Int(Double(renditions[index - 1].need) * stepMargin)
    }

    private mutating func change(
        to index: Int, best: Int, in renditions: [RenditionLoad], for reason: RenditionDecision.Reason
    ) -> RenditionDecision {
        current = renditions[index].name
        carriedSince = nil
        return RenditionDecision(
            name: renditions[index].name, change: reason, demand: demand(at: index, best: best, in: renditions))
    }

    private mutating func forgetTrials() {
        failures = 0
        steppedUpAt = nil
        notBefore = 0
        carriedSince = nil
    }
}
