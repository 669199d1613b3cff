import Foundation

/// The rules of one client's socket on the hub's `/signal`, without any I/O: what comes in on one side, what is to be
/// done on the other. Each target the client signals to gets an upstream socket of its own to that target's node.
struct RelayState: Sendable {
    /// What the relay has to do.
    enum Action: Equatable, Sendable {
        /// Send to the client.
        case reply(String)
        /// Open the upstream socket of a target; answer with ``opened(_:)`` or ``failed(_:code:message:)``.
        case open(target: String)
        /// Send to a target's node.
        case forward(target: String, text: String)
    }

    private enum Upstream {
        /// Being opened; these messages wait for it.
        case opening([String])
        case open
    }

    /// Most targets of one socket.
    static let maxTargets = 64
    /// Most messages that wait for one upstream socket to open.
    static let maxWaiting = 64

    /// The client's id once it has registered.
    private(set) var viewer: String?
    private var tally = SignalTally()
    private var upstreams: [String: Upstream] = [:]

    /// What was counted since this was called last.
    mutating func takeTally() -> SignalTally {
        defer { tally = SignalTally() }
        return tally
    }

    /// A message of the client's.
    /// - Parameter newID: makes an id for a client that brings none.
    mutating func receive(_ text: String, newID: () -> String) -> [Action] {
        do throws(RelayMessage.Problem) {
            switch try RelayMessage(text) {
            case .ping(let timestamp):
                return [.reply(JSONValue.object(["type": "__pong", "ts": timestamp]).text)]
            case .register(let id):
                return register(id ?? viewer ?? newID())
            case .signal(let target, let data, let request):
                return signal(target, data, request)
            }
        } catch {
            return refuse(error.code, error.message, target: error.target)
        }
    }

    /// A target's upstream socket is open.
    mutating func opened(_ target: String) -> [Action] {
        guard case .opening(let waiting) = upstreams[target], let viewer else { return [] }
        upstreams[target] = .open
        let register = JSONValue.object(["type": "register", "id": .string(viewer)]).text
        return ([register] + waiting).map { .forward(target: target, text: $0) }
    }

    /// A target's upstream socket could not be opened, or was lost.
    mutating func failed(_ target: String, code: SignalErrorCode, message: String) -> [Action] {
        guard upstreams.removeValue(forKey: target) != nil else { return [] }
        return refuse(code, message, target: target)
    }

    /// A message of a target's node. Its source is the target, whatever it says.
    mutating func received(_ text: String, from target: String) -> [Action] {
        guard let json = try? JSON.decode(JSONValue.self, from: Data(text.utf8)), case .object(var fields) = json else {
            return []
        }
        switch fields["type"]?.string {
        case "signal":
            if fields["data"]?["type"]?.string == "answer" { tally.answers += 1 }
            fields["source"] = .string(target)
            fields["target"] = viewer.map(JSONValue.string) ?? .null
        case "error":
            tally.countError(fields["code"]?.string)
            fields["target"] = .string(target)
        default:
            // "registered" and "__pong" are between the hub and the node.
            return []
        }
        return [.reply(JSONValue.object(fields).text)]
    }

    private mutating func register(_ id: String) -> [Action] {
        if let viewer, viewer != id, !upstreams.isEmpty {
            return refuse(.badMessage, "already registered as '\(viewer)' and signalling: open a new socket")
        }
        viewer = id
        return [.reply(JSONValue.object(["type": "registered", "id": .string(id)]).text)]
    }

    private mutating func signal(_ target: String, _ data: JSONValue, _ request: JSONValue?) -> [Action] {
        guard viewer != nil else {
            return refuse(.notRegistered, "send {\"type\":\"register\"} first", target: target)
        }
        var fields: [String: JSONValue] = ["type": "signal", "target": .string(target), "data": data]
        fields["request"] = request
        let text = JSONValue.object(fields).text
        let offers = data["type"]?.string == "offer" ? 1 : 0
        switch upstreams[target] {
        case .open:
            tally.offers += offers
            return [.forward(target: target, text: text)]
        case .opening(var waiting):
            guard waiting.count < Self.maxWaiting else {
                return refuse(.rateLimited, "too many messages wait for \(target)", target: target)
            }
            tally.offers += offers
            waiting.append(text)
            upstreams[target] = .opening(waiting)
            return []
        case nil:
            guard upstreams.count < Self.maxTargets else {
                return refuse(
                    .rateLimited, "one socket signals to at most \(Self.maxTargets) targets", target: target)
            }
            tally.offers += offers
            upstreams[target] = .opening([text])
            return [.open(target: target)]
        }
    }

    private mutating func refuse(_ code: SignalErrorCode, _ message: String, target: String? = nil) -> [Action] {
        tally.countError(code.rawValue)
        return [.reply(RelayMessage.error(code, message, target: target))]
    }
}
