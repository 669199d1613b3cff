import Foundation
import TestSupport
import Testing

@testable import Pulse

/// What a sound server tells about itself, and how one that hangs is told from one that is gone.
@Suite("Pulse connection", .timeLimit(.minutes(1)), .serialized)
struct PulseConnectionTests {
    @Test("The server's sinks, sources and streams are what it has")
    func inventory() async throws {
        let server = try await PulseServerFixture()
        let connection = try await PulseConnection.open(server: server.address, name: "test")
        var found = try await connection.inventory()
        #expect(found.sinks == ["test"])
        #expect(found.sources == ["test.monitor"])
        #expect(found.streams.isEmpty)

        let player = Process()
        player.executableURL = URL(fileURLWithPath: "/usr/bin/pacat")
        player.arguments = ["--server=\(server.address)", "--raw", "--stream-name=guest", "/dev/zero"]
        player.standardError = FileHandle.nullDevice
        try player.run()
        try await eventually("the player's stream") {
            found = try await connection.inventory()
            return (found.streams.count == 1, "\(found)")
        }
        #expect(found.streams[0].name == "guest")
        #expect(found.streams[0].pid == player.processIdentifier)
        #expect(!found.streams[0].isCorked)
        kill(player.processIdentifier, SIGKILL)
        try await eventually("the stream's end") {
            found = try await connection.inventory()
            return (found.streams.isEmpty, "\(found)")
        }
        connection.close()
        try await server.end()
    }

    @Test("A server that is stopped does not answer in time, and answers again when it goes on")
    func stopped() async throws {
        let server = try await PulseServerFixture()
        let connection = try await PulseConnection.open(server: server.address, name: "test")
        kill(server.pid, SIGSTOP)
        let began = ContinuousClock.now
        let error = await #expect(throws: PulseError.self) {
            _ = try await connection.inventory(within: .milliseconds(300))
        }
        guard case .noAnswer = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(.now - began < .seconds(2))
        // A new connection is no way out either, and ends in time.
        await #expect(throws: PulseError.self) {
            _ = try await PulseConnection.open(server: server.address, name: "test", within: .milliseconds(300))
        }
        kill(server.pid, SIGCONT)
        try await eventually("an answer") {
            do { return (try await connection.inventory().sinks == ["test"], "no sink") } catch {
                return (false, "\(error)")
            }
        }
        connection.close()
        try await server.end()
    }

    @Test("The end of the server is told at once, and by name")
    func ends() async throws {
        let server = try await PulseServerFixture()
        let connection = try await PulseConnection.open(server: server.address, name: "test")
        kill(server.pid, SIGKILL)
        var reason: PulseError?
        for await error in connection.ended { reason = error }
        guard case .disconnected(server.address, _) = reason else {
            Issue.record("another end: \(String(describing: reason))")
            return
        }
        await #expect(throws: PulseError.self) { _ = try await connection.inventory() }
        connection.close()
        try await server.end()
    }

    @Test("A server that is not there is told by its address")
    func missing() async throws {
        let error = await #expect(throws: PulseError.self) {
            _ = try await PulseConnection.open(server: "unix:/nowhere/sock", name: "test", within: .seconds(2))
        }
        #expect("\(try #require(error))".contains("/nowhere/sock"))
    }

    @Test("A watch goes on with a server that was started again")
    func watch() async throws {
        let server = try await PulseServerFixture()
        let watch = PulseWatch(server: server.address, name: "test")
        #expect(try await watch.inventory().sinks == ["test"])
        try await server.end()
        await #expect(throws: PulseError.self) { _ = try await watch.inventory() }
        await watch.stop()
    }
}
