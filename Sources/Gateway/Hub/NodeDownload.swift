import AsyncHTTPClient
import Hummingbird
import NIOCore
import Synchronization

/// A node's answer passed on as it comes: what waits for a slow client waits at the node, and a node that stops sending
/// in the middle is given up.
struct NodeDownload: Sendable {
    /// The node sent nothing for too long.
    struct Stalled: Error {}

    /// Pieces that may wait to be written to the client.
    private static let ahead = 4
    /// How long a node may take to send the next piece.
    static let silence = Duration.seconds(20)

    let body: HTTPClientResponse.Body
    var silence = NodeDownload.silence

    /// The next piece is awaited from the node since then; nil while the client is waited for.
    private final class Awaited: Sendable {
        private let since = Mutex<ContinuousClock.Instant?>(.now)
        func note(_ isAwaited: Bool) { since.withLock { $0 = isAwaited ? .now : nil } }
        var instant: ContinuousClock.Instant? { since.withLock { $0 } }
    }

    /// Writes all of it.
    ///
    /// - Throws: `Stalled`, or what breaks either connection.
    func write(to writer: inout any ResponseBodyWriter) async throws {
        let (chunks, continuation) = AsyncThrowingStream<ByteBuffer, any Error>.makeStream(
            bufferingPolicy: .bufferingOldest(Self.ahead + 1))
        let (credits, credit) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(Self.ahead))
        for _ in 0..<Self.ahead { credit.yield() }
        let awaited = Awaited()
        try await withThrowingTaskGroup(of: Void.self) { [body, silence] group in
            group.addTask {
                do {
                    var credits = credits.makeAsyncIterator()
                    for try await chunk in body {
                        awaited.note(false)
                        guard await credits.next() != nil else { break }
                        continuation.yield(chunk)
                        awaited.note(true)
                    }
                    continuation.finish()
                } catch { continuation.finish(throwing: error) }
            }
            group.addTask {
                while (try? await Task.sleep(for: min(silence / 4, .seconds(1)))) != nil {
                    guard let since = awaited.instant, ContinuousClock.now - since > silence else { continue }
                    continuation.finish(throwing: Stalled())
                    return
                }
            }
            defer { group.cancelAll() }
            for try await chunk in chunks {
                try await writer.write(chunk)
                credit.yield()
            }
        }
        try await writer.finish(nil)
    }
}
