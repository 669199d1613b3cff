import Foundation

/// The range of an axis, with round numbers to label it with.
struct ChartAxis: Sendable {
    let lower: Double
    let upper: Double
    let isLogarithmic: Bool
    let ticks: [Double]

    /// An axis that holds all of the values, finite ones at least.
    ///
    /// - Parameters:
    ///   - startsAtZero: never with a logarithm.
    ///   - allowsLog: whether to take logarithms where the largest value is more than 20 times the smallest.
    init(_ values: [Double], startsAtZero: Bool = false, allowsLog: Bool = false) {
        let finite = values.filter(\.isFinite)
        let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
        if allowsLog, low > 0, high > 20 * low {
            let steps = Self.logSteps(from: low, to: high)
            (lower, upper, isLogarithmic) = (steps.first ?? low, steps.last ?? high, true)
            let decades = steps.filter { abs(log10($0) - log10($0).rounded()) < 1e-9 }
            ticks = steps.count > 9 && decades.count > 2 ? decades : steps
            return
        }
        let bottom = startsAtZero ? min(0, low) : low
        let span = high > bottom ? high - bottom : high != 0 ? abs(high) / 10 : 1
        let step = Self.round(span / 5)
        let start = (bottom / step).rounded(.down) * step
        lower = start
        let top = max((high / step).rounded(.up) * step, start + step)
        upper = top
        isLogarithmic = false
        ticks = (0...max(1, Int(((top - start) / step).rounded()))).map { start + Double($0) * step }
    }

    /// An axis that begins and ends right there, without ticks.
    init(from lower: Double, to upper: Double) {
        (self.lower, self.upper) = (lower, upper)
        isLogarithmic = false
        ticks = []
    }

    /// Where a value lies: 0 at the lower end, 1 at the upper.
    func position(_ value: Double) -> Double {
        if isLogarithmic { return (log10(max(value, lower)) - log10(lower)) / (log10(upper) - log10(lower)) }
        return (value - lower) / (upper - lower)
    }

    /// The smallest of 1, 2, 5 times a power of ten that is not less than a value.
    private static func round(_ value: Double) -> Double {
        let power = pow(10, log10(value).rounded(.down))
        return ([1, 2, 5].first { $0 * power >= value * (1 - 1e-9) } ?? 10) * power
    }

    /// 1, 2 and 5 times powers of ten, from the last that is below all values to the first above all.
    private static func logSteps(from low: Double, to high: Double) -> [Double] {
        let first = Int(log10(low).rounded(.down))
        let last = Int(log10(high).rounded(.up))
        let all = (first...max(first, last)).flatMap { power in [1, 2, 5].map { $0 * pow(10, Double(power)) } }
        let start = all.lastIndex { $0 <= low * (1 + 1e-9) } ?? 0
        let end = all.firstIndex { $0 >= high * (1 - 1e-9) } ?? all.count - 1
        return Array(all[start...max(start, end)])
    }
}
