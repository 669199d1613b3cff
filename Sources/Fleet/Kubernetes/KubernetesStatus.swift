import Foundation

/// What the API server says instead of an answer.
public struct KubernetesStatus: Decodable, Sendable, Hashable {
    /// More of it.
    public struct Details: Decodable, Sendable, Hashable {
        /// A single reason.
        public struct Cause: Decodable, Sendable, Hashable {
            /// In one word.
            public var reason: String?
        }

        /// When to ask again.
        public var retryAfterSeconds: Int?
        /// The single reasons.
        public var causes: [Cause]?
    }

    /// A sentence for people.
    public var message: String?
    /// In one word: `Expired`, `Forbidden`.
    public var reason: String?
    /// As in HTTP.
    public var code: Int?
    /// More of it.
    public var details: Details?

    /// Describes a failure.
    public init(message: String?, reason: String? = nil, code: Int?, details: Details? = nil) {
        self.message = message
        self.reason = reason
        self.code = code
        self.details = details
    }

    /// Whether the version that was asked for is no more: only a new list helps.
    public var isExpired: Bool { code == 410 || reason == "Expired" || reason == "Gone" }

    /// Reads a body; nil when it is none.
    public static func read(_ body: Data) -> KubernetesStatus? {
        guard let status = try? KubernetesJSON.decode(KubernetesStatus.self, from: body),
            status.code != nil || status.reason != nil
        else { return nil }
        return status
    }
}
