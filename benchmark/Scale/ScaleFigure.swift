/// One figure of a row.
struct ScaleFigure: Sendable {
    /// Whose it is: a role, `viewer` or `machine`.
    let subject: String
    let metric: String
    /// `value`, `p50`, `p95`, `min` ...
    let statistic: String
    let unit: String
    /// Nil where it could not be measured.
    let value: Double?
    let digits: Int

    init(
        _ subject: String, _ metric: String, _ unit: String, _ value: Double?, statistic: String = "value",
        digits: Int = 1
    ) {
        self.subject = subject
        self.metric = metric
        self.statistic = statistic
        self.unit = unit
        self.value = value
        self.digits = digits
    }

    /// Names it within its row.
    var key: String { "\(subject).\(metric)" + (statistic == "value" ? "" : ".\(statistic)") }

    /// The table's heading.
    var heading: String {
        let name = metric.split(separator: "_").joined(separator: " ") + (statistic == "value" ? "" : " \(statistic)")
        return "\(subject) \(name)" + (unit.isEmpty ? "" : " [\(unit)]")
    }
}
