import Foundation

/// Writes figures; what was not measured is "-" for people and nothing in a file.
enum Figure {
    static func text(_ value: Double?, _ digits: Int = 1) -> String {
        value.map { String(format: "%.\(digits)f", $0) } ?? "-"
    }

    /// Without zeros at the end: 0.7, 60.
    static func short(_ value: Double) -> String { String(format: "%g", value) }

    static func field(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "" }
}
