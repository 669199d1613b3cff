/// The rates at which a queue grew: an average and how far it is to be trusted.
///
/// draft-ietf-rmcat-gcc-02, section 5.5: near this average the rate is raised by small steps. Constants of
/// libwebrtc's link_capacity_estimator.
struct LinkCapacity {
    static let weight = 0.05
    /// Bounds of the normalised variance, kbit/s.
    static let variance = 0.4...2.5

    private var mean: Double?
    private var spread = 0.4

    /// A queue grew while that many bits per second passed.
    mutating func overused(at rate: Double) {
        let sample = rate / 1000
        let next = mean.map { $0 + Self.weight * (sample - $0) } ?? sample
        let error = next - sample
        spread = (1 - Self.weight) * spread + Self.weight * error * error / max(next, 1)
        spread = min(max(spread, Self.variance.lowerBound), Self.variance.upperBound)
        mean = next
    }

    /// The average, bits per second; nil: not known.
    var average: Double? { mean.map { $0 * 1000 } }

    /// Where the path's capacity is thought to lie, bits per second; nil: not known.
    var bounds: ClosedRange<Double>? {
        guard let mean else { return nil }
        let margin = 3 * (spread * mean).squareRoot()
        return max(0, mean - margin) * 1000...(mean + margin) * 1000
    }

    /// The path proved to be another than thought.
    mutating func forget() { self = LinkCapacity() }
}
