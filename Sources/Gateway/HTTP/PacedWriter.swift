import HTTPTypes
import Hummingbird
import NIOCore

/// Writes a body no faster than its connection takes it.
///
/// NIO's writer waits while the channel is not writable, but it learns that from the event loop, to which every piece is
/// only posted: a loop that gets no processor for a moment finds everything that was written meanwhile in its queue. On a
/// busy machine that was 150 MB of a file of 400. So every piece is awaited until the loop has taken it: then the
/// channel has said whether it takes another.
struct PacedWriter: ResponseBodyWriter {
    var connection: any ResponseBodyWriter
    /// The connection's.
    let loop: any EventLoop

    mutating func write(_ buffer: ByteBuffer) async throws {
        try await connection.write(buffer)
        try await loop.submit {}.get()
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
        try await connection.finish(trailingHeaders)
    }
}

extension ResponseBody {
    /// The same, written as its connection takes it: for bodies too large to be held.
    ///
    /// - Parameter context: the request's that is answered.
    func paced(_ context: LocoRequestContext) -> ResponseBody {
        ResponseBody(contentLength: contentLength) { [loop = context.eventLoop] writer in
            try await write(PacedWriter(connection: writer, loop: loop))
        }
    }
}
