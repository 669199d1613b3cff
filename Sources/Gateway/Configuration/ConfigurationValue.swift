import Foundation

/// A setting's value.
enum ConfigurationValue: Sendable, Equatable, CustomStringConvertible {
    case text(String)
    case number(Int)
    case decimal(Double)
    case flag(Bool)
    case list([String])

    /// As it is written in the environment or after a flag: a list's items are joined by commas.
    var description: String {
        switch self {
        case .text(let text): text
        case .number(let number): String(number)
        case .decimal(let number): String(number)
        case .flag(let flag): String(flag)
        case .list(let items): items.joined(separator: ",")
        }
    }

    /// As it is written in `loco.json`.
    var json: String {
        func quoted(_ text: String) -> String {
            let data = try? JSONEncoder().encode(text)
            return data.map { String(decoding: $0, as: UTF8.self).replacing("\\/", with: "/") } ?? "\"\""
        }
        return switch self {
        case .text(let text): quoted(text)
        case .number, .decimal, .flag: description
        case .list(let items): "[" + items.map(quoted).joined(separator: ", ") + "]"
        }
    }
}
