import Synchronization

/// Counts what happened to the WebSockets of one service, for `/api/status` and metrics.
final class WebSocketStatistics: Sendable {
    /// The counts at one moment.
    struct Counts: Sendable, Equatable {
        /// Sockets open now.
        var open = 0
        /// Sockets accepted since the start.
        var opened = 0
        /// Messages dropped by the rate limit.
        var rateLimited = 0
        /// Upgrades refused.
        var refused = 0
        /// Closed sockets by ``WebSocketCloseReason/description``.
        var closed: [String: Int] = [:]
    }

    private let state = Mutex(Counts())

    /// The counts now.
    var counts: Counts { state.withLock { $0 } }

    func recordOpened() {
        state.withLock {
            $0.open += 1
            $0.opened += 1
        }
    }

    func recordClosed(_ reason: WebSocketCloseReason) {
        state.withLock {
            $0.open -= 1
            $0.closed[reason.description, default: 0] += 1
        }
    }

    func recordRateLimited() { state.withLock { $0.rateLimited += 1 } }

    func recordRefused() { state.withLock { $0.refused += 1 } }
}
