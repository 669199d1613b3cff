import Foundation

/// Why a client does not get its picture.
struct ClientError: LocalizedError, Sendable, Codable, Equatable {
    /// What kind of answer it was.
    enum Kind: String, Sendable, Codable {
        /// Nobody listens.
        case unreachable
        /// Somebody answered that it cannot be.
        case refused
        /// A connection that stood ended.
        case lost
        /// No answer in time.
        case silent
        /// An answer came, and then no picture in time.
        case noPicture
        /// This side failed.
        case own
    }

    let kind: Kind
    let reason: String
    /// The word that Loco has for it; nil where it gave none.
    var code: String?
    /// The HTTP status, where it came that way.
    var status: Int?

    init(_ kind: Kind, _ reason: String, code: String? = nil, status: Int? = nil) {
        self.kind = kind
        self.reason = reason
        self.code = code
        self.status = status
    }

    /// What the hub's client throws, by what it means to who asked.
    init(_ error: any Error) {
        switch error {
        case let error as ClientError: self = error
        case BenchError.refused(_, let status, let body):
            struct Body: Decodable {
                struct Detail: Decodable { let code: String }
                let error: Detail
            }
            let code = try? JSONDecoder().decode(Body.self, from: Data(body.utf8)).error.code
            self.init(.refused, body, code: code, status: status)
        case let error as URLError: self.init(Self.kind(of: error.errorCode), error.localizedDescription)
        // What Foundation throws on Linux is not always the one or the other.
        case let error as NSError where error.domain == NSURLErrorDomain:
            self.init(Self.kind(of: error.code), error.localizedDescription)
        default: self.init(.own, "\(error)")
        }
    }

    private static func kind(of code: Int) -> Kind {
        switch code {
        case NSURLErrorTimedOut: .silent
        case NSURLErrorNetworkConnectionLost: .lost
        default: .unreachable
        }
    }

    /// Whether it says what is wrong: Loco's own word, or that nobody is there.
    var isClear: Bool {
        switch kind {
        case .unreachable, .lost, .own: true
        case .refused: code != nil && status != 500
        case .silent, .noPicture: false
        }
    }

    var errorDescription: String? {
        "\(kind.rawValue)\(status.map { " \($0)" } ?? "")\(code.map { " (\($0))" } ?? ""): \(reason)"
    }
}
