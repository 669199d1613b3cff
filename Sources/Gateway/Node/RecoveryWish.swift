import Fleet
import Hummingbird
import Probe

/// The body of `POST /recover`; nothing at all asks for whatever is needed.
struct RecoveryWish: Decodable, Equatable {
    /// Also when nothing is measured to be wrong, or the attempts are used up.
    var forceRecovery = false
    /// What to do; chosen by the evidence when nil.
    var strategy: RecoveryStrategy?

    init() {}

    private enum CodingKeys: String, CodingKey { case forceRecovery, strategy }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        forceRecovery = try container.decodeIfPresent(Bool.self, forKey: .forceRecovery) ?? false
        guard let name = try container.decodeIfPresent(String.self, forKey: .strategy) else { return }
        // A node cannot start itself again; its agent can.
        let known = RecoveryStrategy.allCases.filter { $0 != .node }
        guard let found = known.first(where: { $0.rawValue == name }) else {
            throw DecodingError.dataCorruptedError(
                forKey: .strategy, in: container,
                debugDescription: "must be one of \(known.map(\.rawValue).joined(separator: ", "))")
        }
        strategy = found
    }

    /// Reads a request's body.
    ///
    /// - Throws: `APIError`.
    static func read(_ request: Request) async throws -> RecoveryWish {
        if request.headers[.contentLength] == "0" { return RecoveryWish() }
        if request.headers[.contentLength] == nil, request.headers[.transferEncoding] == nil { return RecoveryWish() }
        return try await request.json(RecoveryWish.self, limit: 4096)
    }

    /// 409 with the reason why nothing begins, and a word for programs.
    static func refusal(_ error: any Error) -> APIError {
        let code =
            switch error as? RecoveryError {
            case .notNeeded: "not-needed"
            case .recovering: "recovering"
            case .exhausted: "attempts-exhausted"
            case .stopped: "stopping"
            case .unsupported: "unsupported"
            case .unknown, nil: "no-recovery"
            }
        return APIError(.conflict, code, "\(error)")
    }
}
