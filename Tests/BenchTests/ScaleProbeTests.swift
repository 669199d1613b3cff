import Foundation
import NIOPosix
import Testing

@testable import bench

@Suite("What scale reads and sends", .serialized, .timeLimit(.minutes(1))) struct ScaleProbeTests {
    @Test("the limit on open files is read, and raised as far as it may be")
    func fileLimit() throws {
        let text =
            "Limit  Soft Limit  Hard Limit  Units\nMax processes   7 8 processes\nMax open files            1024                 4096                 files\n"
        #expect(FileLimit.soft(in: text) == 1024)
        #expect(FileLimit.soft(in: text.replacing("1024", with: "unlimited")) == Int.max)
        #expect(FileLimit.soft(in: "Max processes 1 2") == nil)
        let raised = FileLimit.raise()
        #expect(raised >= 256 && FileLimit.current(of: getpid()) == raised)
    }

    @Test("a bound port and an open file are counted while they are there")
    func footprint() throws {
        let before = try ProcessFootprint(pid: getpid())
        #expect(
            before.residentMB > 1 && before.threads >= 1
                && (ProcessFootprint.proportionalMB(of: getpid()) ?? 1) <= before.residentMB * 1.01)
        let (socket, _) = try FreePort.bound(SOCK_DGRAM)
        // Bound and not listening: no port that anybody could reach.
        let (silent, _) = try FreePort.bound(SOCK_STREAM)
        let during = try ProcessFootprint(pid: getpid())
        #expect(during.ports == before.ports + 1 && during.openFiles >= before.openFiles + 2)
        #expect(listen(silent, 1) == 0)
        #expect(try ProcessFootprint(pid: getpid()).ports == before.ports + 2)
        close(socket)
        close(silent)
        #expect(try ProcessFootprint(pid: getpid()).ports == before.ports)
        #expect(throws: BenchError.self) { try ProcessFootprint(pid: -5) }
    }

    @Test("ports are counted in tables that are longer than the kernel gives out at once")
    func manyPorts() throws {
        let before = try ProcessFootprint(pid: getpid()).ports
        let sockets = try (0..<200).map { _ in try FreePort.bound(SOCK_DGRAM).0 }
        let during = try ProcessFootprint(pid: getpid()).ports
        for socket in sockets { close(socket) }
        #expect(during == before + 200)
    }

    @Test("the same seed makes the same malformed messages, of all kinds, and another seed makes others")
    func malformed() {
        func messages(_ seed: UInt64) -> [String] {
            var source = MalformedMessage(seed: seed)
            return (0..<500).map { _ in source.next() }
        }
        #expect(messages(6) == messages(6) && messages(6) != messages(7))
        let sent = messages(6)
        for part in ["{}", "null", "\"type\":\"register\"", "\"data\":{}", "\"type\":\"__ping\"", "[["] {
            #expect(sent.contains { $0.contains(part) }, "\(part)")
        }
        // None may be one that a node would have to answer: those name a guest and bring an object.
        #expect(!sent.contains { $0.contains("instance-0") && $0.contains("\"data\":{") })
        #expect(sent.allSatisfy { $0.utf8.count < 1024 })
    }

    @Test("a socket that nobody answers fails in time, and one to no server at once")
    func noHub() async throws {
        let (descriptor, port) = try FreePort.bound(SOCK_STREAM)
        defer { close(descriptor) }
        let group = MultiThreadedEventLoopGroup.singleton
        await #expect(throws: BenchError.self) {
            _ = try await CrowdSocket(port: port, group: group, counts: SignalCounts(), deadline: .seconds(5))
        }
        #expect(listen(descriptor, 4) == 0)
        let start = ContinuousClock.now
        await #expect(throws: BenchError.self) {
            _ = try await CrowdSocket(port: port, group: group, counts: SignalCounts(), deadline: .milliseconds(300))
        }
        #expect(ContinuousClock.now - start < .seconds(3))
    }

    @Test("answers are counted by what they are, the limit's notices apart from refusals")
    func counts() {
        let counts = SignalCounts()
        counts.note(#"{"id":"viewer-1","type":"registered"}"#)
        counts.note(#"{"code":"bad-message","message":"a message is one JSON object","type":"error"}"#)
        counts.note(#"{"type":"error","code":"rate-limited","message":"more than 200 messages a second: dropped"}"#)
        counts.note(#"{"ts":1,"type":"__pong"}"#)
        let reading = counts.reading
        #expect(reading.registered == 1 && reading.errors == 1 && reading.limited == 1 && reading.pongs == 1)
    }
}
