import Foundation
import Signaling

/// One signaling socket: registers the client and speaks for its session with this guest. Closing the socket leaves
/// the session running: the media path does not need it.
struct NodeSignal {
    private let stage: Stage
    private let socket: WebSocketConnection
    private let access: ViewerAccess
    private let request: String

    /// - Parameters:
    ///   - access: the most that its session may do.
    ///   - request: the correlation id of the socket's request; made here where it brought none.
    init(stage: Stage, socket: WebSocketConnection, access: ViewerAccess, request: String? = nil) {
        self.stage = stage
        self.access = access
        self.request = request ?? CorrelationID.make()
        self.socket = socket
    }

    /// Serves until the socket closes.
    func serve() async {
        var client: String?
        var session: ViewerID?
        for await text in socket.messages {
            let message: SignalMessage
            do { message = try SignalMessage(json: Data(text.utf8)) } catch {
                fail(error.code, error.description)
                continue
            }
            switch message {
            case .ping(let stamp): say(["type": "__pong", "ts": stamp])
            case .register(let id):
                let id = id ?? ViewerID().description
                client = id
                say(["type": "registered", "id": id])
            case .signal(let target, let payload, let request):
                guard let client else {
                    fail("not-registered", "send {\"type\":\"register\"} first", target: target, request: request)
                    continue
                }
                guard target == "\(stage.id)" else {
                    fail("unknown-target", "this node serves \(stage.id)", target: target, request: request)
                    continue
                }
                session = await take(payload, from: client, session: session, request: request)
            }
        }
    }

    private func take(
        _ payload: SignalMessage.Payload, from client: String, session: ViewerID?, request: Double?
    ) async -> ViewerID? {
        let target = "\(stage.id)"
        do {
            switch payload {
            case .offer(let offer, let rendition, let wish):
                // A new offer on the same socket is the same viewer starting over.
                if let session { try? await stage.viewers.close(session, .replaced) }
                let (id, sdp) = try await stage.viewers.open(
                    offer: offer, rendition: rendition, access: access.lowered(to: wish), request: self.request)
                var answer: [String: Any] = [
                    "type": "signal", "source": target, "target": client, "data": ["type": "answer", "sdp": sdp],
                ]
                answer["request"] = request
                say(answer)
                return id
            case .candidate(let candidate, let section):
                guard let session else { break }
                try await stage.viewers.addCandidate(candidate, section: section, to: session)
            case .bye:
                if let session { try await stage.viewers.close(session) }
                return nil
            }
        } catch let error as OfferError {
            fail(error.code, error.description, target: target, request: request)
            return nil
        } catch let error as ViewersError {
            fail(error.code, error.description, target: target, request: request)
            return nil
        } catch {
            fail("negotiation-failed", "the node could not answer: \(error)", target: target, request: request)
        }
        return session
    }

    private func fail(_ code: String, _ message: String, target: String? = nil, request: Double? = nil) {
        var error: [String: Any] = ["type": "error", "code": code, "message": message]
        error["target"] = target
        error["request"] = request
        say(error)
    }

    private func say(_ message: [String: Any]) {
        guard let data = try? JSONSerialization.data(withJSONObject: message, options: [.sortedKeys]) else { return }
        socket.send(String(decoding: data, as: UTF8.self))
    }
}
