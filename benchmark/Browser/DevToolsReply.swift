import Foundation

/// A message of the Chrome DevTools Protocol from the browser: the reply to a call, or an event, which has no id.
struct DevToolsReply: Decodable, Sendable {
    /// The call's number.
    let id: Int?
    let error: Failure?
    let result: Content?

    struct Failure: Decodable, Sendable { let message: String }

    /// Of all calls that are made here.
    struct Content: Decodable, Sendable {
        let sessionId: String?
        let targetInfos: [Target]?
        /// Where a page could not be loaded.
        let errorText: String?
        let result: Value?
        let exceptionDetails: Exception?
    }

    struct Target: Decodable, Sendable {
        let targetId: String
        let type: String
    }

    /// What an expression gave.
    struct Value: Decodable, Sendable {
        /// Always a text here, but for what was thrown: nil for that.
        let value: String?

        private enum Key: CodingKey { case value }

        init(from decoder: any Decoder) throws {
            value = try? decoder.container(keyedBy: Key.self).decode(String.self, forKey: .value)
        }
    }

    struct Exception: Decodable, Sendable {
        let text: String
        let exception: Thrown?

        struct Thrown: Decodable, Sendable { let description: String? }
    }

    /// Why the call failed; nil where it did not.
    var failure: String? {
        error?.message ?? result?.errorText
            ?? result?.exceptionDetails.map { $0.exception?.description ?? $0.text }
    }
}
