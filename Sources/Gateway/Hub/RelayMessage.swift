import Foundation

/// One message on `/signal`, read from a client.
enum RelayMessage: Sendable, Equatable {
    case register(id: String?)
    /// `request` is the client's own number for it, handed on so that the node's answer can carry it.
    case signal(target: String, data: JSONValue, request: JSONValue? = nil)
    case ping(timestamp: JSONValue)

    /// Why a message could not be read.
    struct Problem: Error, Equatable {
        let code: SignalErrorCode
        let message: String
        var target: String?
    }

    /// Reads a message.
    /// - Throws: ``Problem``.
    init(_ text: String) throws(Problem) {
        guard let json = try? JSON.decode(JSONValue.self, from: Data(text.utf8)), case .object = json else {
            throw Problem(code: .badMessage, message: "a message is one JSON object")
        }
        guard let type = json["type"]?.string else {
            throw Problem(code: .badMessage, message: "field 'type' must be a string")
        }
        switch type {
        case "register":
            self = .register(id: try Self.identifier(json["id"]))
        case "signal":
            guard let target = json["target"]?.string, !target.isEmpty, target.utf8.count <= 63 else {
                throw Problem(code: .badMessage, message: "field 'target' must name an instance, as instance-0")
            }
            guard let data = json["data"], case .object = data else {
                throw Problem(code: .badMessage, message: "field 'data' must be an object", target: target)
            }
            let request = json["request"].flatMap { $0.number == nil ? nil : $0 }
            self = .signal(target: target, data: data, request: request)
        case "__ping":
            let timestamp = json["ts"] ?? .null
            guard timestamp == .null || timestamp.number != nil else {
                throw Problem(code: .badMessage, message: "field 'ts' must be a number")
            }
            self = .ping(timestamp: timestamp)
        default:
            throw Problem(
                code: .unknownType, message: "there is no type '\(type.prefix(40))': use register, signal or __ping")
        }
    }

    private static func identifier(_ json: JSONValue?) throws(Problem) -> String? {
        guard let json, json != .null else { return nil }
        guard let id = json.string, (1...64).contains(id.utf8.count),
            id.utf8.allSatisfy({ byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            })
        else {
            throw Problem(code: .badMessage, message: "field 'id' must be 1 to 64 letters, digits, '-', '_' or '.'")
        }
        return id
    }

    /// The text of an error message.
    static func error(_ code: SignalErrorCode, _ message: String, target: String? = nil) -> String {
        var fields: [String: JSONValue] = [
            "type": "error", "code": .string(code.rawValue), "message": .string(message),
        ]
        if let target { fields["target"] = .string(target) }
        return JSONValue.object(fields).text
    }
}
