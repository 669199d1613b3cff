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
    var percentile95: Double? {
        guard !sorted.isEmpty else { return nil }
        return sorted[max(0, (count * 95 + 99) / 100 - 1)]
    }
}
