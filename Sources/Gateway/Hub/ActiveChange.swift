import Fleet
import Foundation

/// What a client says about the active set, over HTTP or over the socket.
enum ActiveChange: Sendable, Equatable {
    /// Why a message is not understood.
    struct Malformed: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// A hardware brick's buttons.
    enum Button: String, Sendable {
        case left, right, center
    }

    /// These are to be active.
    case select([String])
    /// A button was pressed, or held.
    case button(Button, isHeld: Bool)

    /// Reads `{ids:[..]}`, `{active:[..]}`, `{id:".."}`, `{id:null}`, `{button,action}`.
    /// - Throws: ``Malformed``.
    init(json data: Data) throws(Malformed) {
        guard let message = try? JSON.decode(JSONValue.self, from: data), case .object(let fields) = message else {
            throw Malformed(description: "send an object as {\"ids\":[\"instance-0\"]}")
        }
        let known = ["ids", "active", "id", "button"].filter { fields[$0] != nil }
        guard known.count == 1, let value = fields[known[0]] else {
            throw Malformed(description: "send one of 'ids', 'id' and 'button'")
        }
        switch (known[0], value) {
        case ("id", .null): self = .select([])
        case ("id", .string(let id)): self = .select([id])
        case ("id", _): throw Malformed(description: "'id' must be a string or null")
        case ("button", _): self = try Self.button(value, fields["action"])
        case (let name, .array(let items)):
            let ids = items.compactMap(\.string)
            guard ids.count == items.count else { throw Malformed(description: "'\(name)' must hold strings") }
            self = .select(ids)
        case (let name, _): throw Malformed(description: "'\(name)' must be a list")
        }
    }

    private static func button(_ name: JSONValue, _ action: JSONValue?) throws(Malformed) -> ActiveChange {
        guard let button = name.string.flatMap(Button.init) else {
            throw Malformed(description: "'button' must be left, right or center")
        }
        guard let action = action?.string, ["press", "hold"].contains(action) else {
            throw Malformed(description: "'action' must be press or hold")
        }
        return .button(button, isHeld: action == "hold")
    }
}
