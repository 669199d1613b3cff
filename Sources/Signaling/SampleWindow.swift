/// The newest samples of one figure, for exact quantiles.
struct SampleWindow {
    private let capacity: Int
    private var samples: [Double] = []
    private var next = 0

    /// - Parameter capacity: samples kept.
    init(capacity: Int) { self.capacity = capacity }

    /// How many there are.
    var count: Int { samples.count }

    mutating func add(_ values: [Double]) {
        for value in values {
            if samples.count < capacity {
                samples.append(value)
            } else {
                samples[next] = value
                next = (next + 1) % capacity
            }
        }
    }

    /// The nearest-rank quantiles; nil without samples.
    var quantiles: (p50: Double, p95: Double, p99: Double)? {
        guard !samples.isEmpty else { return nil }
        let sorted = samples.sorted()
        func at(_ share: Double) -> Double { sorted[max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1)] }
        return (at(0.5), at(0.95), at(0.99))
    }
}
