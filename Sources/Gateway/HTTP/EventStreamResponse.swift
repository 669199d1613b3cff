import Fleet
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// How long a stream of events may be silent before a comment shows that it lives.
    private static let heartbeat = Duration.seconds(10)

    /// Server-Sent Events (WHATWG HTML, section 9.2): what `events` yields, for as long as the client reads. A comment is
    /// sent when nothing else was for 10 s, which also finds clients that are gone.
    ///
    /// - Parameter events: bounded by who makes it; ended by it when the server stops.
    static func events(_ events: AsyncStream<FleetEvent>) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await writer.write(ByteBuffer(string: "retry: 1000\n\n"))
                for await chunk in Self.chunks(of: events) { try await writer.write(chunk) }
                try await writer.finish(nil)
            })
    }

    /// The events as text, with heartbeats between them.
    private static func chunks(of events: AsyncStream<FleetEvent>) -> AsyncStream<ByteBuffer> {
        let (stream, continuation) = AsyncStream<ByteBuffer>.makeStream(bufferingPolicy: .bufferingNewest(256))
        let work = Task {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await event in events {
                        guard let json = try? event.json() else { continue }
                        var text = ByteBuffer(string: "event: \(event.name)\nid: \(event.id)\ndata: ")
                        text.writeBytes(json)
                        text.writeString("\n\n")
                        continuation.yield(text)
                    }
                }
                group.addTask {
                    while (try? await Task.sleep(for: Self.heartbeat)) != nil {
                        continuation.yield(ByteBuffer(string: ":\n\n"))
                    }
                }
                await group.next()
                group.cancelAll()
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in work.cancel() }
        return stream
    }
}
