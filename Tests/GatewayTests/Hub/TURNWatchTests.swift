import NIOCore
import NIOPosix
import Signaling
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct TURNWatchTests {
    private let credentials = TURNAuthority(secret: "correct-horse", lifetime: 60).credentials(for: "hub")

    private func verdict(_ server: String) async throws -> String {
        let server = try #require(ICEServer(server))
        return "\(await TURNWatch.ask(server, credentials, within: .seconds(1)))"
    }

    @Test(arguments: ["turn:127.0.0.1:1?transport=tcp", "turn:127.0.0.1:1?transport=udp", "turns:127.0.0.1:1"])
    func `where nobody listens the server cannot be reached, and why is said`(server: String) async throws {
        let text = try await verdict(server)
        #expect(text.hasPrefix("it cannot be reached: ") && text.contains("refused"), "\(text)")
    }

    @Test func `a server that says nothing has a second`() async throws {
        let silent = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(silent.localAddress?.port)
        #expect(try await verdict("turn:127.0.0.1:\(port)") == "it cannot be reached: it gives no answer within 1 s")
        try await silent.close()
    }
}
