/// A figure of several panels, as lines, points or spans.
struct Chart: Sendable {
    /// What a panel's marks are.
    enum Marks: Sendable {
        /// Points, and a line through those of one series.
        case lines
        /// From a lower to an upper value each, with a point at the lower.
        case spans
    }

    /// One place of a panel.
    struct Point: Sendable {
        let x: Double
        let y: Double
        /// Of a span.
        var upper: Double?
        /// Shown when the pointer rests on it.
        var hint: String
    }

    /// What has one colour.
    struct Series: Sendable {
        /// Into the chart's `names`.
        let name: Int
        let points: [Point]
        /// Whether a line goes through them, where the chart has lines.
        var isJoined = true
        /// Whether each point is to be seen.
        var isMarked = true
    }

    /// One system of axes.
    struct Panel: Sendable {
        let title: String
        let series: [Series]
        /// What is written at x = 0, 1, 2 ... in place of numbers; none for numbers.
        var places: [String] = []
    }

    /// For the names of files.
    let key: String
    let title: String
    /// How to read it.
    let caption: String
    let xLabel: String
    let yLabel: String
    /// Of the series, in all panels.
    let names: [String]
    let panels: [Panel]
    var marks = Marks.lines
    /// Whether panels can be compared by eye.
    var sharesAxes = true
    /// Panels beside each other.
    var columns = 3
    /// Whether the axes begin at zero.
    var startsAtZero = (x: false, y: false)
    /// Whether an axis may be logarithmic where values lie far apart.
    var allowsLog = (x: false, y: false)
    /// x that have a tick each, in place of round numbers.
    var xTicks: [Double] = []
    /// Whether a line shows where x and y are the same.
    var hasDiagonal = false

    /// Whether there is nothing to see.
    var isEmpty: Bool { panels.allSatisfy { $0.series.allSatisfy(\.points.isEmpty) } }
}
