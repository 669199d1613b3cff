import Crypto
import Foundation

/// Finds out whether a TURN server relays for someone: asks for a relay and gives it back (RFC 8656). Pure; whoever
/// carries the messages sends what it says and tells it what came.
public struct TURNInquiry: Sendable {
    /// What to do now.
    public enum Step: Sendable, Equatable {
        /// Send this and wait for the answer; where messages get lost, send it again.
        case ask([UInt8])
        /// It is known; where there are bytes, send them for good-bye.
        case end(TURNVerdict, goodbye: [UInt8]?)
        /// What came belongs to something else.
        case wait
    }

    private let credentials: TURNCredentials
    private var pending: STUNMessage
    private var challenges = 0

    /// An inquiry with these credentials.
    public init(_ credentials: TURNCredentials) {
        self.credentials = credentials
        pending = STUNMessage(STUNMessage.allocate, [Self.udp])
    }

    /// The first message. It holds no credentials: the server has to say first which realm it is.
    public var opening: [UInt8] { pending.bytes() }

    /// How long the message is that begins with these bytes; nil while that is unknown.
    public static func messageLength(_ bytes: [UInt8]) -> Int? { STUNMessage.length(bytes) }

    /// Takes one message of the server's.
    public mutating func received(_ bytes: [UInt8]) -> Step {
        guard let answer = STUNMessage(bytes), answer.transaction == pending.transaction else { return .wait }
        switch answer.type {
        case STUNMessage.allocated:
            let release = signed(STUNMessage.refresh, [.init(type: STUNMessage.lifetime, value: [0, 0, 0, 0])])
            return .end(.relays, goodbye: release?.bytes)
        case STUNMessage.allocateRefused:
            let error = answer.error ?? (0, "no reason given")
            // The first 401 asks for credentials; 438 says that the nonce has aged meanwhile. Once each is enough.
            let isChallenge = error.code == 401 ? challenges == 0 : error.code == 438 && challenges == 1
            guard isChallenge, let realm = answer[STUNMessage.realm], let nonce = answer[STUNMessage.nonce] else {
                return .end(.refuses(code: error.code, reason: error.reason), goodbye: nil)
            }
            challenges += 1
            challenge = (realm, nonce)
            guard let next = signed(STUNMessage.allocate, [Self.udp]) else { return .wait }
            pending = next.message
            return .ask(next.bytes)
        default: return .wait
        }
    }

    private var challenge: (realm: [UInt8], nonce: [UInt8])?

    private func signed(
        _ type: UInt16, _ attributes: [STUNMessage.Attribute]
    ) -> (message: STUNMessage, bytes: [UInt8])? {
        guard let challenge else { return nil }
        let message = STUNMessage(
            type,
            attributes + [
                .init(type: STUNMessage.username, value: Array(credentials.username.utf8)),
                .init(type: STUNMessage.realm, value: challenge.realm),
                .init(type: STUNMessage.nonce, value: challenge.nonce),
            ])
        let text = Array("\(credentials.username):".utf8) + challenge.realm + Array(":\(credentials.password)".utf8)
        return (message, message.bytes(key: Array(Insecure.MD5.hash(data: Data(text)))))
    }

    /// REQUESTED-TRANSPORT: UDP.
    private static let udp = STUNMessage.Attribute(type: STUNMessage.requestedTransport, value: [17, 0, 0, 0])
}
