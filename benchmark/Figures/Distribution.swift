/// Figures of one kind, such as one per viewer.
struct Distribution: Sendable {
    private let sorted: [Double]

    init(_ values: [Double]) { sorted = values.sorted() }

    var count: Int { sorted.count }
    var minimum: Double? { sorted.first }
    var maximum: Double? { sorted.last }

    /// The middle one, or the mean of the two in the middle; nil without figures.
    var median: Double? {
        guard !sorted.isEmpty else { return nil }
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }

    /// The smallest that at least 95 per cent do not exceed (nearest rank): of fewer than 20, the largest.
    var percentile95: Double? { percentile(95) }

    /// The smallest that at least that many per cent do not exceed (nearest rank).
    func percentile(_ rank: Int) -> Double? {
        guard !sorted.isEmpty else { return nil }
        return sorted[max(0, (count * rank + 99) / 100 - 1)]
    }

    /// Smallest to largest, for a note beside the median; nil for fewer than two.
    func spread(_ digits: Int = 2) -> String? {
        guard let minimum, let maximum, count > 1 else { return nil }
        return "\(Figure.text(minimum, digits)) to \(Figure.text(maximum, digits)) in \(count) windows"
    }
}
