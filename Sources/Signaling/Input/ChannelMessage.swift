import Foundation

/// What a viewer says on the data channel, or posts to `/input`.
public enum ChannelMessage: Sendable, Equatable {
    /// Input, in the order to play it. With a number the viewer wants to know which frame answers it.
    case input([InputEvent], id: Int?)
    /// Let go of all keys and buttons.
    case releaseAll
    /// Take control, or give it up.
    case control(take: Bool)
    /// A heartbeat; answered with the same number.
    case ping(Double)
    /// The rendition this viewer wants.
    case rendition(String)
    /// What the viewer measured.
    case report(ViewerReport)

    /// Whether only who may control the guest may say it.
    var needsControl: Bool {
        switch self {
        case .input, .releaseAll, .control: true
        case .ping, .rendition, .report: false
        }
    }

    /// The longest message taken, in bytes.
    public static let sizeLimit = 4096

    /// Reads a message.
    ///
    /// - Throws: `ChannelMessageError` that says which field is wrong and what it may be.
    public init(json: Data) throws(ChannelMessageError) {
        guard json.count <= Self.sizeLimit else { throw .tooLong }
        guard let raw = try? JSONDecoder().decode(Raw.self, from: json) else {
            throw .malformed("not a JSON object with a text 'type' and fields of the right types")
        }
        switch raw.type {
        case "key":
            guard let code = raw.code, !code.isEmpty, code.utf8.count <= 32 else {
                throw .malformed("'key' needs a 'code' such as \"KeyA\"")
            }
            let presses = try Self.presses(raw.action)
            self = .input(presses.map { .key(code: code, pressed: $0) }, id: try Self.number(raw.id))
        case "mouse": self = .input([try Self.motion(raw)], id: try Self.number(raw.id))
        case "button":
            guard let button = raw.button, (0...4).contains(button) else {
                throw .malformed("'button' needs a 'button' from 0 to 4")
            }
            let presses = try Self.presses(raw.action)
            self = .input(presses.map { .button(button, pressed: $0) }, id: try Self.number(raw.id))
        case "wheel":
            guard let dy = raw.dy, dy.magnitude <= 100 else {
                throw .malformed("'wheel' needs a 'dy' within ±100 lines")
            }
            self = .input([.wheel(dy: dy)], id: try Self.number(raw.id))
        case "release-all": self = .releaseAll
        case "control":
            guard let action = raw.action, action == "take" || action == "release" else {
                throw .malformed("'control' needs an 'action' of take or release")
            }
            self = .control(take: action == "take")
        case "ping": self = .ping(raw.ts ?? 0)
        case "rendition":
            guard let name = raw.name, !name.isEmpty, name.utf8.count <= 32 else {
                throw .malformed("'rendition' needs a 'name' such as \"full\"")
            }
            self = .rendition(name)
        case "report":
            guard
                let report = ViewerReport(
                    clickToPixel: raw.clickToPixel ?? [], firstFrame: raw.firstFrame, jitterBuffer: raw.jitterBuffer,
                    framesPerSecond: raw.fps)
            else {
                throw .malformed(
                    "'report' takes at most \(ViewerReport.sampleLimit) 'clickToPixel' and times from 0 to 60000 ms")
            }
            self = .report(report)
        default: throw .unknownType(String(raw.type.prefix(40)))
        }
    }

    private struct Raw: Decodable {
        let type: String
        let code: String?
        let action: String?
        let mode: String?
        let x: Double?
        let y: Double?
        let dx: Double?
        let dy: Double?
        let button: Int?
        let ts: Double?
        let id: Double?
        let name: String?
        let clickToPixel: [Double]?
        let firstFrame: Double?
        let jitterBuffer: Double?
        let fps: Double?
    }

    /// Input's own number: JavaScript's whole numbers.
    private static func number(_ id: Double?) throws(ChannelMessageError) -> Int? {
        guard let id else { return nil }
        guard id >= 1, id <= 9_007_199_254_740_991, id == id.rounded() else {
            throw .malformed("'id' must be a whole number from 1 to 2^53 - 1")
        }
        return Int(id)
    }

    private static func presses(_ action: String?) throws(ChannelMessageError) -> [Bool] {
        switch action {
        case "press": [true]
        case "release": [false]
        case "tap": [true, false]
        default: throw .malformed("'action' must be press, release or tap")
        }
    }

    private static func motion(_ raw: Raw) throws(ChannelMessageError) -> InputEvent {
        switch raw.mode {
        case "absolute":
            guard let x = raw.x, let y = raw.y, (0...1).contains(x), (0...1).contains(y) else {
                throw .malformed("absolute 'mouse' needs 'x' and 'y' from 0 to 1")
            }
            return .pointerTo(x: x, y: y)
        case "relative":
            guard let dx = raw.dx, let dy = raw.dy, dx.magnitude <= 10_000, dy.magnitude <= 10_000 else {
                throw .malformed("relative 'mouse' needs 'dx' and 'dy' within ±10000 pixels")
            }
            return .pointerBy(dx: dx, dy: dy)
        default: throw .malformed("'mode' must be absolute or relative")
        }
    }
}

/// Why a message on the data channel was refused.
public enum ChannelMessageError: Error, Equatable, CustomStringConvertible {
    case malformed(String)
    case unknownType(String)
    case tooLong

    /// The word for it in JSON errors.
    public var code: String {
        switch self {
        case .malformed, .tooLong: "bad-message"
        case .unknownType: "unknown-type"
        }
    }

    /// One sentence for people.
    public var description: String {
        switch self {
        case .malformed(let reason): reason
        case .unknownType(let type):
            "unknown type '\(type)'; known are key, mouse, button, wheel, release-all, control, ping, rendition, report"
        case .tooLong: "longer than \(ChannelMessage.sizeLimit) bytes"
        }
    }
}
