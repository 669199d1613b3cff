import Fleet
import NIOCore

/// Events as the text of an event stream, with a comment now and then, taken from their source only as fast as they are
/// written: what waits for a slow client waits where its bound is.
struct EventChunks: Sendable {
    /// Pieces that may wait to be written.
    private static let ahead = 32

    /// What is to be written; ``taken`` after each piece.
    let stream: AsyncStream<ByteBuffer>
    private let credit: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - events: bounded, and ended, by who makes it.
    ///   - heartbeat: between two comments.
    init(_ events: AsyncStream<FleetEvent>, heartbeat: Duration) {
        let (stream, continuation) = AsyncStream<ByteBuffer>.makeStream(
            bufferingPolicy: .bufferingOldest(Self.ahead * 2))
        let (credits, credit) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(Self.ahead))
        for _ in 0..<Self.ahead { credit.yield() }
        let work = Task {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    var credits = credits.makeAsyncIterator()
                    for await event in events {
                        guard let json = try? event.json() else { continue }
                        guard await credits.next() != nil else { break }
                        var text = ByteBuffer(string: "event: \(event.name)\nid: \(event.id)\ndata: ")
                        text.writeBytes(json)
                        text.writeString("\n\n")
                        continuation.yield(text)
                    }
                }
                group.addTask {
                    // A client that takes nothing misses comments, nothing else.
                    while (try? await Task.sleep(for: heartbeat)) != nil {
                        continuation.yield(ByteBuffer(string: ":\n\n"))
                    }
                }
                await group.next()
                group.cancelAll()
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in work.cancel() }
        self.stream = stream
        self.credit = credit
    }

    /// Tells that a piece was written.
    func taken() { credit.yield() }
}
