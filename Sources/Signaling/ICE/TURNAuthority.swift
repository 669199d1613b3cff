import Crypto
import Foundation

/// Makes time-limited TURN credentials from the secret shared with the server (draft-uberti-behave-turn-rest-00).
/// Its description does not hold the secret.
public struct TURNAuthority: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// How long credentials are good for, in seconds. A relay that is in use outlives them.
    public let lifetime: Int
    private let secret: String

    /// - Parameters:
    ///   - secret: coturn's `static-auth-secret`.
    ///   - lifetime: seconds.
    public init(secret: String, lifetime: Int) {
        self.secret = secret
        self.lifetime = lifetime
    }

    /// Fresh credentials.
    ///
    /// - Parameters:
    ///   - name: who they are for, as the server's log will show it.
    ///   - time: now.
    public func credentials(for name: String, at time: Date = Date()) -> TURNCredentials {
        let username = "\(Int(time.timeIntervalSince1970) + lifetime):\(name)"
        // SHA-1 is what the draft and every server take; as an HMAC it still holds.
        let code = HMAC<Insecure.SHA1>.authenticationCode(
            for: Data(username.utf8), using: SymmetricKey(data: Data(secret.utf8)))
        return TURNCredentials(username: username, password: Data(code).base64EncodedString())
    }

    /// How long the credentials live, and nothing else.
    public var description: String { "TURN credentials for \(lifetime) s" }

    /// What debuggers and `dump` see.
    public var customMirror: Mirror { Mirror(self, children: ["lifetime": lifetime]) }
}
