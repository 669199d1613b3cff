import Foundation

/// One plot: points, and the straight line fitted to those that count.
struct ScalePlot: Sendable {
    struct Point: Sendable {
        let x: Double
        let y: Double
        /// Whether the line goes by it; one that does not is drawn hollow.
        let isFitted: Bool
    }

    let title: String
    /// What is counted to the right.
    let axis: String
    let points: [Point]
    let width: Double
    let height: Double

    private static let margin = (left: 52.0, right: 14.0, top: 26.0, bottom: 40.0)

    /// The elements, in a frame of `width` by `height`.
    var svg: String {
        let (rightMost, highest) = (points.map(\.x).max() ?? 1, points.map(\.y).max() ?? 1)
        let (stepX, stepY) = (Self.step(for: rightMost), Self.step(for: highest))
        let (endX, endY) = (Self.end(rightMost, stepX), Self.end(highest, stepY))
        func across(_ x: Double) -> Double {
            Self.margin.left + x / endX * (width - Self.margin.left - Self.margin.right)
        }
        func down(_ y: Double) -> Double {
            height - Self.margin.bottom - y / endY * (height - Self.margin.top - Self.margin.bottom)
        }
        var parts = [Self.text(title, x: width / 2, y: 16, anchor: "middle", weight: "bold")]
        for value in stride(from: 0, through: endX * 1.0001, by: stepX) {
            parts.append(Self.text(Figure.short(value), x: across(value), y: height - 24, anchor: "middle"))
            parts.append(Self.line(across(value), down(0), across(value), down(0) + 4, "black"))
        }
        for value in stride(from: 0, through: endY * 1.0001, by: stepY) {
            parts.append(Self.text(Figure.short(value), x: Self.margin.left - 6, y: down(value) + 4, anchor: "end"))
            parts.append(
                Self.line(Self.margin.left, down(value), width - Self.margin.right, down(value), "#dddddd"))
        }
        parts.append(Self.line(Self.margin.left, down(0), width - Self.margin.right, down(0), "black"))
        parts.append(Self.line(Self.margin.left, down(0), Self.margin.left, down(endY), "black"))
        parts.append(Self.text(axis, x: width / 2, y: height - 8, anchor: "middle"))
        if let (start, end) = fitted(to: endX) {
            parts.append(Self.line(across(start.x), down(start.y), across(end.x), down(end.y), "#c0392b", "4 3"))
        }
        for point in points {
            let fill = point.isFitted ? "#1f77b4" : "white"
            parts.append(
                "<circle cx=\"\(Self.number(across(point.x)))\" cy=\"\(Self.number(down(point.y)))\" r=\"3.5\" "
                    + "fill=\"\(fill)\" stroke=\"#1f77b4\"/>")
        }
        return parts.joined(separator: "\n")
    }

    /// The fitted line's ends: through the middle of the fitted points, cut at zero.
    private func fitted(to endX: Double) -> (start: (x: Double, y: Double), end: (x: Double, y: Double))? {
        let counted = points.filter(\.isFitted)
        guard let fit = LinearFit(counted.map { ($0.x, $0.y) }) else { return nil }
        let count = Double(counted.count)
        let (meanX, meanY) = (counted.map(\.x).reduce(0, +) / count, counted.map(\.y).reduce(0, +) / count)
        let zero = meanY - fit.slope * meanX
        let start = zero < 0 && fit.slope > 0 ? (x: -zero / fit.slope, y: 0.0) : (x: 0.0, y: zero)
        let last = counted.map(\.x).max() ?? endX
        let end = (x: last, y: zero + fit.slope * last)
        return end.y < 0 ? nil : (start, end)
    }

    /// A distance of ticks that people count by: 1, 2 or 5 times a power of ten, with at most six of them.
    static func step(for most: Double) -> Double {
        guard most > 0, most.isFinite else { return 1 }
        let rough = most / 5
        let power = pow(10, floor(log10(rough)))
        return ([1, 2, 5, 10].first { $0 * power >= rough } ?? 10) * power
    }

    private static func end(_ most: Double, _ step: Double) -> Double { max(step, (most / step).rounded(.up) * step) }

    private static func number(_ value: Double) -> String { String(format: "%.1f", value) }

    private static func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String, _ dashes: String? = nil
    ) -> String {
        "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\" stroke=\"\(colour)\""
            + (dashes.map { " stroke-dasharray=\"\($0)\"" } ?? "") + "/>"
    }

    private static func text(
        _ text: String, x: Double, y: Double, anchor: String, weight: String = "normal"
    ) -> String {
        let escaped = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        return "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\" font-weight=\"\(weight)\">"
            + "\(escaped)</text>"
    }
}
