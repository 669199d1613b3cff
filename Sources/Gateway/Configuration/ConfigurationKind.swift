import Foundation
import Pipelines
import Signaling

/// What values a setting takes.
enum ConfigurationKind: Sendable, Equatable {
    /// Any text of one line.
    case text
    /// One of these words.
    case choice([String])
    /// A whole number in this range.
    case number(ClosedRange<Int>)
    /// A number in this range.
    case decimal(ClosedRange<Double>)
    /// true or false.
    case flag
    /// Any number of texts; with `of`, each once and one of these words, and at least one.
    case list(of: [String]?)
    /// Any number of STUN and TURN servers of these schemes.
    case servers([ICEServer.Scheme])
    /// Any number of a picture's renditions, each name once.
    case renditions
    /// One or more numbers of seconds in this range.
    case seconds(ClosedRange<Double>)
    /// Empty, or the address of a page.
    case url
    /// Empty, or `low-high` of two ports.
    case portRange
    /// Empty, or a secret of 12 to 256 visible ASCII characters.
    case secret

    /// What is allowed, for errors and the documentation: "must be ...".
    var allowed: String {
        switch self {
        case .text: "text of one line"
        case .choice(let words): "one of " + words.joined(separator: ", ")
        case .number(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .decimal(let range): "a number from \(range.lowerBound.formatted()) to \(range.upperBound.formatted())"
        case .flag: "true or false"
        case .list(nil): "a list of texts"
        case .list(let words?): "a list of one or more of " + words.joined(separator: ", ")
        case .servers(let schemes): "a list of " + schemes.map(Self.form).joined(separator: ", ")
        case .renditions: "a list of " + Rendition.settingForm + ", each name once"
        case .seconds(let range):
            "a list of one or more numbers from \(range.lowerBound.formatted()) to \(range.upperBound.formatted(.number.grouping(.never)))"
        case .url: "empty or an address as https://host/"
        case .portRange: "empty or two ports as 40000-40100"
        case .secret: "empty or 12 to 256 visible ASCII characters"
        }
    }

    /// Reads a value from the environment or a flag; `nil` when it is not allowed.
    func parse(_ text: String) -> ConfigurationValue? {
        switch self {
        case .number: Int(text).flatMap { accept(.number($0)) }
        case .decimal: Double(text).flatMap { accept(.decimal($0)) }
        case .flag:
            switch text.lowercased() {
            case "true", "1", "yes": .flag(true)
            case "false", "0", "no": .flag(false)
            default: nil
            }
        case .list, .servers, .renditions, .seconds:
            accept(
                .list(
                    text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }))
        case .text, .choice, .url, .portRange, .secret: accept(.text(text))
        }
    }

    /// The value if it is of this kind.
    func accept(_ value: ConfigurationValue) -> ConfigurationValue? {
        switch (self, value) {
        case (.text, .text(let text)): text.contains { $0.isNewline || $0 == "\0" } ? nil : value
        case (.choice(let words), .text(let text)): words.contains(text) ? value : nil
        case (.number(let range), .number(let number)): range.contains(number) ? value : nil
        case (.decimal(let range), .decimal(let number)): range.contains(number) ? value : nil
        case (.decimal, .number(let number)): accept(.decimal(Double(number)))
        case (.flag, .flag): value
        case (.list(nil), .list): value
        case (.list(let words?), .list(let items)):
            !items.isEmpty && Set(items).count == items.count && items.allSatisfy(words.contains) ? value : nil
        case (.servers(let schemes), .list(let items)):
            items.allSatisfy { ICEServer($0).map { schemes.contains($0.scheme) } ?? false } ? value : nil
        case (.renditions, .list(let items)):
            Set(items.compactMap { Rendition(setting: $0)?.name }).count == items.count ? value : nil
        case (.seconds(let range), .list(let items)):
            !items.isEmpty && items.allSatisfy { Double($0).map(range.contains) ?? false } ? value : nil
        case (.url, .text(let text)): text.isEmpty || Self.isPage(text) ? value : nil
        case (.portRange, .text(let text)): text.isEmpty || PortRange(text) != nil ? value : nil
        case (.secret, .text(let text)):
            text.isEmpty
                || ((12...256).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) })
                ? value : nil
        default: nil
        }
    }

    /// Pages link to it: nothing but http and https, and nobody's password.
    private static func isPage(_ text: String) -> Bool {
        guard let url = URL(string: text), url.user() == nil, ["http", "https"].contains(url.scheme) else {
            return false
        }
        return url.host()?.isEmpty == false
    }

    private static func form(_ scheme: ICEServer.Scheme) -> String {
        switch scheme {
        case .stun: "stun:host:port"
        case .turn: "turn:host:port?transport=udp or tcp"
        case .turns: "turns:host:port"
        }
    }
}
