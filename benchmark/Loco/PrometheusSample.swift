/// One line of Prometheus's text format 0.0.4.
struct PrometheusSample: Sendable, Equatable {
    let name: String
    let labels: [String: String]
    let value: Double

    /// All samples of a text; lines that are none are passed over.
    static func all(in text: String) -> [PrometheusSample] {
        text.split(separator: "\n").compactMap { PrometheusSample(line: $0) }
    }

    init(name: String, labels: [String: String], value: Double) {
        self.name = name
        self.labels = labels
        self.value = value
    }

    private init?(line: Substring) {
        guard let end = line.firstIndex(where: { $0 == "{" || $0 == " " }), line.first != "#" else { return nil }
        var rest = line[end...]
        var labels: [String: String] = [:]
        if rest.first == "{" {
            rest = rest.dropFirst()
            while let first = rest.first, first != "}" {
                guard let equals = rest.firstIndex(of: "=") else { return nil }
                let label = rest[..<equals].drop { $0 == "," || $0 == " " }
                rest = rest[equals...].dropFirst(2)
                guard let value = Self.quoted(&rest) else { return nil }
                labels[String(label)] = value
                if rest.first == "," { rest = rest.dropFirst() }
            }
            rest = rest.dropFirst()
        }
        guard let number = rest.split(separator: " ").first, let value = Double(number) else { return nil }
        self.init(name: String(line[..<end]), labels: labels, value: value)
    }

    /// Takes a label's value up to its closing quote.
    private static func quoted(_ rest: inout Substring) -> String? {
        var value = ""
        while let next = rest.popFirst() {
            switch next {
            case "\"": return value
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                value.append(escaped == "n" ? "\n" : escaped)
            default: value.append(next)
            }
        }
        return nil
    }
}
