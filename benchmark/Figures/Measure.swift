/// One line of a report: a figure, what it is held against, and whether it holds.
struct Measure: Sendable {
    /// For people.
    let name: String
    /// For files: letters, digits and underscores.
    let key: String
    let unit: String
    /// Nil where nothing could be measured; the note says why.
    let value: Double?
    /// What the same thing costs without Loco, or the target; nil where there is none.
    var floor: Double?
    var bar: Bar?
    /// Spread, or why there is no figure.
    var note: String?
    let digits: Int
    private let pairedRatio: Double?

    /// - Parameter ratio: where value and floor were measured in pairs, the middle of the pairs' ratios.
    init(
        _ name: String, _ key: String, _ unit: String, _ value: Double?, floor: Double? = nil, ratio: Double? = nil,
        bar: Bar? = nil, note: String? = nil, digits: Int = 2
    ) {
        self.name = name
        self.key = key
        self.unit = unit
        self.value = value
        self.floor = floor
        self.bar = bar
        self.note = note
        self.digits = digits
        pairedRatio = ratio
    }

    /// The value divided by the floor.
    var ratio: Double? {
        if let pairedRatio { return pairedRatio }
        guard let value, let floor, floor != 0 else { return nil }
        return value / floor
    }

    /// Whether the bar holds; nil without a bar or without a figure.
    var isWithinBar: Bool? {
        guard let bar, let figure = bar.subject == .ratio ? ratio : value else { return nil }
        return bar.holds(figure)
    }
}
