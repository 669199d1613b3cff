/// Writes metrics in Prometheus's text format, version 0.0.4.
public struct PrometheusText: Sendable {
    /// What kind of series a family holds.
    public enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
    }

    /// The media type to serve it as.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// What has been written.
    public private(set) var text = ""

    /// An empty page.
    public init() {}

    /// Begins a family; its samples follow.
    public mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(Self.escape(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// One series of a counter or gauge.
    public mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
        text += "\(name)\(Self.braced(labels)) \(Self.number(value))\n"
    }

    /// One series of a histogram, its durations written in seconds.
    public mutating func sample(_ name: String, _ labels: [(String, String)], _ reading: DurationHistogram.Reading) {
        for (bound, count) in reading.buckets {
            sample("\(name)_bucket", labels + [("le", Self.number(Double(bound) / 1e9))], Double(count))
        }
        sample("\(name)_bucket", labels + [("le", "+Inf")], Double(reading.count))
        sample("\(name)_sum", labels, Double(reading.sum) / 1e9)
        sample("\(name)_count", labels, Double(reading.count))
    }

    private static func braced(_ labels: [(String, String)]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0)=\"\(escape($1, quotes: true))\"" }.joined(separator: ",") + "}"
    }

    private static func escape(_ text: String, quotes: Bool) -> String {
        // By scalar: as a Character, a line feed after a carriage return, or a quote with an accent, is another one.
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
            case "\n": result.append(contentsOf: "\\n".unicodeScalars)
            case "\"" where quotes: result.append(contentsOf: "\\\"".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }
}
