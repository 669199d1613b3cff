import Fleet
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// How long a stream of events may be silent before a comment shows that it lives.
    private static let heartbeat = Duration.seconds(10)

    /// Server-Sent Events (WHATWG HTML, section 9.2): what `events` yields, for as long as the client reads. A comment is
    /// sent every 10 s, which also finds clients that are gone.
    ///
    /// - Parameter events: bounded by who makes it; ended by it when the server stops.
    static func events(_ events: AsyncStream<FleetEvent>) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await writer.write(ByteBuffer(string: "retry: 1000\n\n"))
                let chunks = EventChunks(events, heartbeat: Self.heartbeat)
                for await chunk in chunks.stream {
                    try await writer.write(chunk)
                    chunks.taken()
                }
                try await writer.finish(nil)
            })
    }
}
