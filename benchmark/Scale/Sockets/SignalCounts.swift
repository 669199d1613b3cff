import Synchronization

/// What signaling sockets got from the hub, all of them together.
final class SignalCounts: Sendable {
    /// The counts at one moment.
    struct Reading: Sendable {
        var registered = 0
        var pongs = 0
        /// Answers of the type `error`, those that tell of the rate limit left out.
        var errors = 0
        /// Notices that the rate limit drops messages: at most one a second for each socket.
        var limited = 0
        /// Sockets that the hub closed.
        var closed = 0

        /// What came after `earlier`.
        static func - (now: Reading, earlier: Reading) -> Reading {
            Reading(
                registered: now.registered - earlier.registered, pongs: now.pongs - earlier.pongs,
                errors: now.errors - earlier.errors, limited: now.limited - earlier.limited,
                closed: now.closed - earlier.closed)
        }
    }

    private let state = Mutex(Reading())

    /// The counts now.
    var reading: Reading { state.withLock { $0 } }

    /// Counts a message by its type. Its text is searched rather than parsed: thousands come each second, on the cores
    /// that are measured.
    func note(_ text: String) {
        state.withLock {
            if text.contains("\"type\":\"error\"") {
                if text.contains("\"code\":\"rate-limited\"") { $0.limited += 1 } else { $0.errors += 1 }
            } else if text.contains("\"type\":\"__pong\"") {
                $0.pongs += 1
            } else if text.contains("\"type\":\"registered\"") {
                $0.registered += 1
            }
        }
    }

    func noteClosed() { state.withLock { $0.closed += 1 } }
}
