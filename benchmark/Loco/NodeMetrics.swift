import Foundation

/// One reading of a node's `/metrics`.
struct NodeMetrics: Sendable {
    private let samples: [PrometheusSample]

    init(text: String) { samples = PrometheusSample.all(in: text) }

    /// The readings of several nodes as one.
    init(of readings: [NodeMetrics]) { samples = readings.flatMap(\.samples) }

    /// The sum of a metric's samples that have these labels; nil where there is none.
    func total(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        let found = matching(name, labels)
        return found.isEmpty ? nil : found.map(\.value).reduce(0, +)
    }

    /// A metric's samples, each with its labels.
    func samples(of name: String) -> [PrometheusSample] { matching(name, [:]) }

    /// The bound below which that share of a histogram's observations since `earlier` lie, by linear interpolation
    /// within a bucket as Prometheus does it; nil without observations, or where it lies beyond the last bound.
    func quantile(
        _ share: Double, of name: String, _ labels: [String: String] = [:], since earlier: NodeMetrics? = nil
    ) -> Double? {
        var counts: [Double: Double] = [:]
        for (reading, sign) in [(self, 1.0), (earlier, -1.0)] {
            for sample in reading?.matching(name + "_bucket", labels) ?? [] {
                guard let bound = sample.labels["le"].flatMap(Self.bound) else { continue }
                counts[bound, default: 0] += sign * sample.value
            }
        }
        let buckets = counts.sorted { $0.key < $1.key }
        guard let all = buckets.last?.value, all > 0 else { return nil }
        let wanted = share * all
        var (lower, below) = (0.0, 0.0)
        for (bound, count) in buckets {
            if count >= wanted {
                guard bound.isFinite else { return nil }
                return count > below ? lower + (bound - lower) * (wanted - below) / (count - below) : bound
            }
            (lower, below) = (bound, count)
        }
        return nil
    }

    private func matching(_ name: String, _ labels: [String: String]) -> [PrometheusSample] {
        samples.filter { sample in
            sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
        }
    }

    private static func bound(_ text: String) -> Double? { text == "+Inf" ? .infinity : Double(text) }
}
