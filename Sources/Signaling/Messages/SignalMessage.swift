import Foundation

/// A viewer's message on the signaling WebSocket.
public enum SignalMessage: Sendable, Equatable {
    /// What a signal carries.
    public enum Payload: Sendable, Equatable {
        /// An offer, the rendition that its viewer wants first, and the most it wants to be allowed.
        case offer(String, rendition: String?, access: ViewerAccess = .control)
        /// A candidate (RFC 8839) for the section of that index; empty text ends the candidates.
        case candidate(String, section: Int)
        case bye
    }

    case register(id: String?)
    /// `request` is the viewer's own number for it, which the answer carries.
    case signal(target: String, Payload, request: Double? = nil)
    case ping(Double)

    /// Reads a message.
    ///
    /// - Throws: `SignalMessageError` that says what is wrong with it.
    public init(json: Data) throws(SignalMessageError) {
        guard let raw = try? JSONDecoder().decode(Raw.self, from: json) else {
            throw .malformed("not a JSON object with a text 'type' and fields of the right types")
        }
        switch raw.type {
        case "register":
            if let id = raw.id, id.isEmpty || id.utf8.count > 64 { throw .malformed("'id' must have 1 to 64 bytes") }
            self = .register(id: raw.id)
        case "signal":
            guard let target = raw.target, !target.isEmpty, target.utf8.count <= 64 else {
                throw .malformed("'signal' needs a 'target' such as \"instance-0\"")
            }
            guard let data = raw.data else { throw .malformed("'signal' needs 'data'") }
            self = .signal(target: target, try Self.payload(data), request: raw.request)
        case "__ping": self = .ping(raw.ts ?? 0)
        default: throw .unknownType(String(raw.type.prefix(40)))
        }
    }

    private struct Raw: Decodable {
        let type: String
        let id: String?
        let target: String?
        let ts: Double?
        let request: Double?
        let data: RawPayload?
    }

    private struct RawPayload: Decodable {
        let type: String?
        let sdp: String?
        let candidate: String?
        let sdpMLineIndex: Int?
        let rendition: String?
        let access: String?
    }

    private static func payload(_ data: RawPayload) throws(SignalMessageError) -> Payload {
        if let candidate = data.candidate {
            let section = data.sdpMLineIndex ?? 0
            guard candidate.utf8.count <= 1024, (0..<Offer.sectionLimit).contains(section) else {
                throw .malformed("'candidate' is too long or its 'sdpMLineIndex' out of range")
            }
            return .candidate(candidate, section: section)
        }
        switch data.type {
        case "offer":
            guard let sdp = data.sdp else { throw .malformed("an offer needs 'sdp'") }
            if let name = data.rendition, name.isEmpty || name.utf8.count > 32 {
                throw .malformed("'rendition' must have 1 to 32 bytes")
            }
            let access = data.access.map(ViewerAccess.init) ?? .control
            guard let access else { throw .malformed("'access' must be view or control") }
            return .offer(sdp, rendition: data.rendition, access: access)
        case "bye": return .bye
        default: throw .malformed("'data' must be an offer, a candidate or bye")
        }
    }
}

/// Why a signaling message was refused.
public enum SignalMessageError: Error, Equatable, CustomStringConvertible {
    case malformed(String)
    case unknownType(String)

    /// The word for it in JSON errors.
    public var code: String {
        switch self {
        case .malformed: "bad-message"
        case .unknownType: "unknown-type"
        }
    }

    /// One sentence for people.
    public var description: String {
        switch self {
        case .malformed(let reason): reason
        case .unknownType(let type): "unknown type '\(type)'; known are register, signal, __ping"
        }
    }
}
