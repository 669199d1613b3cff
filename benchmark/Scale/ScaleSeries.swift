import Foundation

/// How cost grew with one thing.
struct ScaleSeries: Sendable {
    /// What is fitted: how much more of a figure one more of what grows costs.
    struct Slope: Sendable {
        /// Of ``ScaleFigure/key``.
        let key: String
        let name: String
        let unit: String
        var factor = 1.0
        var digits = 3
        var bar: Bar?
    }

    let part: ScalePart
    /// The unit of the counts: "viewers of one guest".
    let title: String
    /// The guests of a row; of all rows where it is constant.
    let guests: @Sendable (ScaleRow) -> Int
    /// The viewers of each guest in a row.
    let viewersPerGuest: @Sendable (ScaleRow) -> Int
    var rows: [ScaleRow]
    var slopes: [Slope]
    /// Figures that are no slope.
    var others: [Measure] = []
    /// What to know about the table.
    var notes: [String] = []

    /// The rows that a line is fitted to: where the machine was saturated, figures say nothing about what is measured.
    var fitted: [ScaleRow] { rows.filter { $0.saturation == nil } }

    /// The straight line through a figure's values; nil for fewer than two.
    func fit(_ key: String) -> LinearFit? {
        LinearFit(fitted.compactMap { row in row.value(key).map { (x: Double(row.count), y: $0) } })
    }

    /// The slopes, and what else is held against a bar.
    var measures: [Measure] {
        slopes.map { slope in
            let fit = fit(slope.key)
            let sizes = fitted.filter { $0.value(slope.key) != nil }.map { "\($0.count)" }.joined(separator: ", ")
            let error = fit?.error.map { " ± \(Figure.text($0 * slope.factor, slope.digits))" } ?? ""
            return Measure(
                slope.name, "scale_\(part.rawValue)_" + slope.key.replacing(".", with: "_"), slope.unit,
                fit.map { $0.slope * slope.factor }, bar: slope.bar,
                note: fit == nil
                    ? "fewer than two sizes with room on the machine" : "slope over \(sizes) \(title)\(error)",
                digits: slope.digits)
        } + others
    }

    /// For people.
    var text: String {
        guard let first = rows.first else { return "\nscale: no row of \(title)\n" }
        var table = TextTable(header: [part.rawValue] + first.figures.map(\.heading) + [""])
        for row in rows {
            table.add(
                ["\(row.count)"] + row.figures.map { Figure.text($0.value, $0.digits) }
                    + [row.saturation == nil ? "" : "saturated"])
        }
        let ends = rows.compactMap { row in
            row.saturation.map { "\(row.count) \(title): \($0); nothing larger follows" }
        }
        return "\nscale: \(title)\n\n\(table.text)\n" + (ends + notes).map { "  \($0)\n" }.joined()
    }

    /// The leading columns of a row in a result file.
    func leading(_ row: ScaleRow, _ settings: MeasureSettings, at date: Date) -> [String] {
        [
            date.ISO8601Format(), "scale-\(part.rawValue)", "\(guests(row))", "\(viewersPerGuest(row))",
            "\(settings.seconds)", VideoCodec.h264.rawValue,
        ]
    }
}
