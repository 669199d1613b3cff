import Synchronization

/// What a WebSocket's senders and its channel handler share: how much waits to be written, and whether it is over.
final class WebSocketQueue: Sendable {
    /// What becomes of a message that somebody wants to send.
    enum Verdict {
        case admitted, overflow, closed
    }

    private struct State {
        var messages = 0
        var bytes = 0
        var closeReason: WebSocketCloseReason?
        var peerText = ""
    }

    private let maxMessages: Int
    private let maxBytes: Int
    private let state = Mutex(State())

    init(limits: WebSocketLimits) {
        maxMessages = limits.outboundMessages
        maxBytes = limits.outboundBytes
    }

    var closeReason: WebSocketCloseReason? { state.withLock { $0.closeReason } }

    /// What the peer's close frame said besides its code.
    var peerText: String {
        get { state.withLock { $0.peerText } }
        set { state.withLock { $0.peerText = newValue } }
    }

    var count: Int { state.withLock { $0.messages } }

    func admit(bytes: Int) -> Verdict {
        state.withLock {
            guard $0.closeReason == nil else { return .closed }
            guard $0.messages < maxMessages, $0.bytes + bytes <= maxBytes else { return .overflow }
            $0.messages += 1
            $0.bytes += bytes
            return .admitted
        }
    }

    func written(bytes: Int) {
        state.withLock {
            $0.messages -= 1
            $0.bytes -= bytes
        }
    }

    /// Records the first reason; later ones are consequences of it.
    func close(_ reason: WebSocketCloseReason) {
        state.withLock { $0.closeReason = $0.closeReason ?? reason }
    }
}
