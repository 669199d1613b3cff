import AsyncHTTPClient
import Foundation
import Hummingbird
import NIOCore
import Synchronization
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct PacedWriterTests {
    /// A recording is read from the disk far faster than any connection takes it, and the loop that could say so may get
    /// no processor for a while: nothing piles up in memory meanwhile.
    @Test func `no piece is written before the connection has taken the one before it`() async throws {
        let written = Atomic<Int>(0)
        let whileHeld = Atomic<Int>(-1)
        try await withService(routes: { routes in
            routes.get("/x") { _, context in
                let body = ResponseBody { writer in
                    let piece = ByteBuffer(repeating: 0, count: 64 * 1024)
                    context.eventLoop.execute {
                        Thread.sleep(forTimeInterval: 0.3)
                        whileHeld.store(written.load(ordering: .relaxed), ordering: .relaxed)
                    }
                    for _ in 0..<200 {
                        try await writer.write(piece)
                        written.add(1, ordering: .relaxed)
                    }
                    try await writer.finish(nil)
                }
                return Response(status: .ok, body: body.paced(context))
            }
        }) { port, _ in
            let answer = try await HTTPClient.shared.execute(
                HTTPClientRequest(url: "http://127.0.0.1:\(port)/x"), timeout: .seconds(20))
            var taken = 0
            for try await piece in answer.body { taken += piece.readableBytes }
            #expect(taken == 200 * 64 * 1024)
            #expect((0...1).contains(whileHeld.load(ordering: .relaxed)))
        }
    }
}
