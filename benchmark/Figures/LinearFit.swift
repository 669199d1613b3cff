/// The straight line through points by least squares.
struct LinearFit: Sendable {
    /// Change of y for one more of x.
    let slope: Double
    /// The slope's standard error; nil for two points, which every line fits.
    let error: Double?
    /// A point that the line goes through.
    private let middle: (x: Double, y: Double)

    /// Where the line is.
    func value(at x: Double) -> Double { middle.y + slope * (x - middle.x) }

    /// Nil unless the points have two different x.
    init?(_ points: [(x: Double, y: Double)]) {
        let count = Double(points.count)
        guard count >= 2 else { return nil }
        let meanX = points.map(\.x).reduce(0, +) / count
        let meanY = points.map(\.y).reduce(0, +) / count
        let squares = points.map { ($0.x - meanX) * ($0.x - meanX) }.reduce(0, +)
        guard squares > 0 else { return nil }
        let slope = points.map { ($0.x - meanX) * ($0.y - meanY) }.reduce(0, +) / squares
        let residual = points.map { point in
            let off = point.y - meanY - slope * (point.x - meanX)
            return off * off
        }.reduce(0, +)
        self.slope = slope
        middle = (meanX, meanY)
        error = count > 2 ? (residual / (count - 2) / squares).squareRoot() : nil
    }
}
