import Hummingbird
import Synchronization

/// Counts the requests of one service by method and status.
final class HTTPStatistics: Sendable {
    /// What a request was and how it was answered.
    struct Key: Sendable, Hashable, Comparable {
        /// One of the standard's methods, or "other": clients must not be able to make series.
        let method: String
        let status: Int

        static func < (left: Key, right: Key) -> Bool {
            (left.method, left.status) < (right.method, right.status)
        }
    }

    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    private let state = Mutex<[Key: Int]>([:])

    /// Requests answered since the start.
    var counts: [Key: Int] { state.withLock { $0 } }

    func record(method: String, status: Int) {
        let key = Key(method: Self.methods.contains(method) ? method : "other", status: status)
        state.withLock { $0[key, default: 0] += 1 }
    }
}
