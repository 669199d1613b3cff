/// A row beside the same row of an earlier run.
struct BaselineComparison: Sendable {
    /// Why a row does not pass.
    enum Failure: Sendable, Equatable {
        case fps(before: Double, now: Double)
        case latency(before: Double, now: Double)
        case cpu(before: Double, now: Double)
        /// A figure that was measured before and is not now, by its column.
        case unmeasured(String)
    }

    let before: CodecRow
    let now: CodecRow
    let failures: [Failure]
    /// How many figures were held against a bound.
    let compared: Int

    init(before: CodecRow, now: CodecRow, bounds: BaselineBounds) {
        var failures: [Failure] = []
        var compared = 0
        // A bound is written as what passes: what is no number does not.
        func hold(
            _ column: String, _ old: Double?, _ new: Double?, _ passes: (Double, Double) -> Bool,
            _ failure: (Double, Double) -> Failure
        ) {
            guard let old else { return }
            guard let new else {
                if !bounds.allowsMissing { failures.append(.unmeasured(column)) }
                return
            }
            compared += 1
            if !passes(old, new) { failures.append(failure(old, new)) }
        }
        hold(
            "fps", before.fps, now.fps, { $1 >= $0 * (1 + bounds.fps / 100) - Self.rounding },
            { .fps(before: $0, now: $1) })
        hold(
            "glass_ms_p95", before.glassP95, now.glassP95, { $1 <= $0 + bounds.latency + Self.rounding },
            { .latency(before: $0, now: $1) })
        hold(
            "cpu_percent_per_guest", before.cpuPercentPerGuest, now.cpuPercentPerGuest,
            { $1 <= $0 * (1 + bounds.cpu / 100) + Self.rounding }, { .cpu(before: $0, now: $1) })
        self.before = before
        self.now = now
        self.failures = failures
        self.compared = compared
    }

    /// Below the digits of a file: a figure exactly on its bound passes, whatever binary fractions make of it.
    private static let rounding = 1e-9

    /// A figure of now divided by that of before; nil where either was not measured.
    func ratio(_ figure: (CodecRow) -> Double?) -> Double? {
        guard let old = figure(before), let new = figure(now), old != 0 else { return nil }
        return new / old
    }

    /// How much a figure has grown; nil where either was not measured.
    func change(_ figure: (CodecRow) -> Double?) -> Double? {
        guard let old = figure(before), let new = figure(now) else { return nil }
        return new - old
    }
}

extension BaselineComparison.Failure {
    /// For people, with the figures.
    var text: String {
        switch self {
        case .fps(let before, let now):
            "frame rate \(Figure.text(before)) -> \(Figure.text(now)) frames/s (\(Self.percent(before, now)))"
        case .latency(let before, let now):
            "glass p95 \(Figure.text(before)) -> \(Figure.text(now)) ms (\(Self.signed(now - before)) ms)"
        case .cpu(let before, let now):
            "CPU \(Figure.text(before)) -> \(Figure.text(now)) % of a core (\(Self.percent(before, now)))"
        case .unmeasured(let column): "\(column) was measured before and is not now"
        }
    }

    private static func percent(_ before: Double, _ now: Double) -> String {
        before == 0 ? "from nothing" : "\(signed((now / before - 1) * 100)) %"
    }

    private static func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + Figure.text(value) }
}
