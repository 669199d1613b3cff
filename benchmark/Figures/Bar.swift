/// What a figure has to hold.
struct Bar: Sendable {
    /// Which of a measure's figures is meant.
    enum Subject: Sendable {
        case value
        /// The value divided by the floor.
        case ratio
    }

    let subject: Subject
    let limit: Double
    /// Whether larger is worse.
    let isUpper: Bool

    static func value(atMost limit: Double) -> Bar { Bar(subject: .value, limit: limit, isUpper: true) }
    static func value(atLeast limit: Double) -> Bar { Bar(subject: .value, limit: limit, isUpper: false) }
    static func ratio(atMost limit: Double) -> Bar { Bar(subject: .ratio, limit: limit, isUpper: true) }
    static func ratio(atLeast limit: Double) -> Bar { Bar(subject: .ratio, limit: limit, isUpper: false) }

    func holds(_ figure: Double) -> Bool { isUpper ? figure <= limit : figure >= limit }

    var text: String { "\(subject == .ratio ? "ratio " : "")\(isUpper ? "<=" : ">=") \(Figure.short(limit))" }
}
