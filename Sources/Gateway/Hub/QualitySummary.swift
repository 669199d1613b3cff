import Probe

/// The body of `GET /api/quality/summary`.
struct QualitySummary: Encodable, Equatable {
    /// Instances known.
    let total: Int
    /// Instances that deliver a picture.
    let available: Int
    /// Per cent of them; `null` without instances.
    @ExplicitNull var availabilityPercent: Double?
    /// Milliseconds, over the instances whose latency is measured; `null` without any.
    @ExplicitNull var averageLatency: Double?
    /// Instances by ``AudioQuality``; "unknown" where it is not measured.
    let qualityDistribution: [String: Int]

    init(_ metrics: [QualityMetrics]) {
        total = metrics.count
        available = metrics.count { $0.availability.stream == true }
        let percent = metrics.isEmpty ? nil : Double(available) / Double(metrics.count) * 100
        let latencies = metrics.compactMap(\.quality.connectionLatency)
        let average = latencies.isEmpty ? nil : latencies.reduce(0, +) / Double(latencies.count)
        var distribution = Dictionary(uniqueKeysWithValues: AudioQuality.allCases.map { ($0.rawValue, 0) })
        distribution["unknown"] = 0
        for metric in metrics { distribution[metric.quality.audioQuality?.rawValue ?? "unknown", default: 0] += 1 }
        qualityDistribution = distribution
        _availabilityPercent = .init(wrappedValue: percent.map { ($0 * 10).rounded() / 10 })
        _averageLatency = .init(wrappedValue: average.map { ($0 * 100).rounded() / 100 })
    }
}
