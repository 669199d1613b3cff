/// What was measured at one size.
struct ScaleRow: Sendable {
    /// How many there were of what grows.
    let count: Int
    /// What was measured, in the order of the table.
    var figures: [ScaleFigure]
    /// Why nothing larger follows; nil where the machine had room left.
    var saturation: String?

    init(_ count: Int, _ figures: [ScaleFigure], saturation: String? = nil) {
        self.count = count
        self.figures = figures
        self.saturation = saturation
    }

    /// The figure of that key; nil where there is none.
    func value(_ key: String) -> Double? { figures.first { $0.key == key }?.value }

    /// The columns of a result file behind the leading ones, one row for each figure.
    var fields: [[String]] {
        figures.map { ["scale", $0.subject, $0.metric, $0.statistic, $0.unit, Figure.field($0.value)] }
            + [["scale", "machine", "saturated", "value", "", saturation == nil ? "0" : "1"]]
    }
}
