import Foundation
import Synchronization

/// A socket on the hub's `/signal`, as a page has one.
final class SignalSocket: Sendable {
    private let socket: TextSocket
    private let mailbox: Mailbox

    /// What the socket's thread writes.
    private final class Mailbox: Sendable {
        let replies = Mutex<[SignalReply]>([])
        private static let limit = 256

        func take(_ text: String) {
            guard let reply = try? JSONDecoder().decode(SignalReply.self, from: Data(text.utf8)) else { return }
            // The newest: nobody asks for an answer that came long ago.
            replies.withLock { $0 = $0.suffix(Self.limit - 1) + [reply] }
        }
    }

    private init(socket: TextSocket, mailbox: Mailbox) {
        self.socket = socket
        self.mailbox = mailbox
    }

    /// Whether the socket is open.
    var isOpen: Bool { socket.isOpen }

    /// Opens a socket and registers.
    ///
    /// - Parameters:
    ///   - id: the id asked for, as after a reconnect; nil for a new one.
    ///   - seconds: for connecting, the upgrade and the registration each.
    /// - Returns: the socket and the id that the hub knows it by.
    /// - Throws: `ClientError`.
    static func open(port: Int, as id: String? = nil, within seconds: Int = 5) async throws -> (SignalSocket, String) {
        let mailbox = Mailbox()
        let text: TextSocket
        do {
            text = try await TextSocket.open(port: port, path: "/signal", within: seconds) { mailbox.take($0) }
        } catch BenchError.noSocket(let reason) {
            throw ClientError(.refused, reason)
        } catch { throw ClientError(.unreachable, "the hub's /signal: \(error)") }
        do {
            let socket = SignalSocket(socket: text, mailbox: mailbox)
            try await socket.send(id.map { ["type": "register", "id": $0] } ?? ["type": "register"])
            let reply = try await socket.reply(within: seconds) { $0.type == "registered" || $0.type == "error" }
            guard let own = reply.id else {
                throw ClientError(.refused, "not registered: \(reply.message ?? "")", code: reply.code)
            }
            return (socket, own)
        } catch {
            text.cut()
            throw error as? ClientError ?? ClientError(.unreachable, "the hub's /signal: \(error)")
        }
    }

    /// Sends an offer and waits for the answer.
    ///
    /// - Parameter request: a number that this socket has not used.
    /// - Throws: `ClientError`.
    func offer(
        _ sdp: String, to instance: String, rendition: String, request: Int, within seconds: Int = 10
    ) async throws -> String {
        let data: [String: Any] = ["type": "offer", "sdp": sdp, "rendition": rendition]
        try await send(["type": "signal", "target": instance, "request": request, "data": data])
        let reply = try await reply(within: seconds) { reply in
            // The hub's own errors name no request.
            reply.request == request || (reply.type == "error" && reply.request == nil)
        }
        guard reply.type == "signal", let answer = reply.data?.sdp else {
            throw ClientError(.refused, "\(instance): \(reply.message ?? "no answer")", code: reply.code)
        }
        return answer
    }

    /// Ends the session that was signalled here.
    func sayGoodbye(to instance: String) async throws {
        try await send(["type": "signal", "target": instance, "data": ["type": "bye"]])
    }

    /// Closes the socket, as a page that is left.
    func close() async { await socket.close() }

    /// Ends the connection without a word.
    func cut() { socket.cut() }

    private func send(_ message: [String: Any]) async throws {
        let data = try JSONSerialization.data(withJSONObject: message, options: [.sortedKeys])
        do { try await socket.send(data) } catch {
            throw ClientError(.lost, "the signaling socket: \(error)")
        }
    }

    private func reply(
        within seconds: Int, _ isWanted: (SignalReply) -> Bool
    ) async throws -> SignalReply {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            let found = mailbox.replies.withLock { replies -> SignalReply? in
                guard let index = replies.firstIndex(where: isWanted) else { return nil }
                return replies.remove(at: index)
            }
            if let found { return found }
            guard isOpen else { throw ClientError(.lost, "the signaling socket closed") }
            guard ContinuousClock.now < deadline else {
                throw ClientError(.silent, "no answer on /signal within \(seconds) s")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
