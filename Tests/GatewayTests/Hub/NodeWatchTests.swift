import Fleet
import Foundation
import Glibc
import Logging
import Probe
import Synchronization
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct NodeWatchTests {
    private static let path = "/api/quality/deep-health/instance-0"

    @Test func `one stream of a node is read however long it lasts, and nobody asks for its health`() async throws {
        let node = FakeNode()
        try await withHub(nodes: [node]) { hub in
            try await eventually("it is ready") {
                try await hub.get("/api/instances/instance-0").json?["status"]?.string == "ready"
            }
            try await Task.sleep(for: .milliseconds(1500))
            #expect(node.state.withLock { $0.streams } == 1)
            #expect(node.state.withLock { $0.requests } == ["GET /events"])
            let age = try await hub.get(Self.path).json?["reportAge"]?.number
            #expect(age.map { $0 < 0.5 } == true)
        }
    }

    @Test func `a node that is gone is noticed at once, and found again when it is back`() async throws {
        try await withHub { hub in
            let node = FakeNode()
            try await withRunning([node.service]) { _ in
                hub.provider.set([("instance-0", "http://127.0.0.1:\(try await node.service.boundPort)")])
                try await eventually("it reports") {
                    try await hub.get(Self.path).json?["overallStatus"]?.string == "healthy"
                }
            }
            try await eventually("the refusal shows", within: .seconds(1)) {
                let report = try await hub.get(Self.path).json
                return report?["overallStatus"]?.string == "unhealthy" && report?["failureType"]?.string == "qemu"
            }
            let report = try await hub.get(Self.path).json
            guard case .array(let evidence)? = report?["evidence"] else {
                Issue.record("no evidence")
                return
            }
            #expect(evidence.first?["part"]?.string == "node")
            #expect(evidence.first?["value"]?.string == "Connection refused")
            #expect(report?["deepHealth"]?["video"]?["estimated_frame_rate"] == .null)
            #expect(try await hub.get("/api/instances/instance-0").json?["node"]?["failure"]?.string == "refused")
            let next = FakeNode()
            try await withRunning([next.service]) { _ in
                hub.provider.set([("instance-0", "http://127.0.0.1:\(try await next.service.boundPort)")])
                try await eventually("the new one reports", within: .seconds(1)) {
                    try await hub.get(Self.path).json?["overallStatus"]?.string == "healthy"
                }
            }
        }
    }

    @Test func `a node that says nothing is told apart from one that is gone, and its reports grow old`() async throws {
        let node = FakeNode()
        try await withHub(nodes: [node], silence: .milliseconds(500)) { hub in
            try await eventually("it reports") {
                try await hub.get(Self.path).json?["overallStatus"]?.string == "healthy"
            }
            node.state.withLock { $0.telling = .nothing }
            try await eventually("the silence shows", within: .seconds(2)) {
                try await hub.get("/api/instances/instance-0").json?["node"]?["failure"]?.string == "silent"
            }
            let report = try await hub.get(Self.path).json
            #expect(report?["failureType"]?.string == "qemu" && report?["overallStatus"]?.string == "unhealthy")
            let age = report?["reportAge"]?.number
            #expect(age.map { $0 >= 0.5 } == true)
            try await eventually("it needs help after three checks") {
                try await hub.get(Self.path).json?["recoveryNeeded"]?.bool == true
            }
            node.state.withLock { $0.telling = .health }
            try await eventually("it reports again") {
                try await hub.get(Self.path).json?["overallStatus"]?.string == "healthy"
            }
        }
    }

    @Test func `a host that nothing comes back from is cut off, which is a failure of the network`() async throws {
        let hole = try BlackHole()
        defer { withExtendedLifetime(hole) {} }
        let port = hole.port
        try await withHub { hub in
            hub.provider.set([("instance-0", "http://127.0.0.1:\(port)")])
            try await eventually("the timeout shows", within: .seconds(4)) {
                try await hub.get("/api/instances/instance-0").json?["node"]?["failure"]?.string == "timeout"
            }
            #expect(try await hub.get(Self.path).json?["failureType"]?.string == "network")
        }
    }

    @Test(arguments: [
        FakeNode.Telling.status(404), .text("event: health\ndata: {}\n\n"),
        .text("data: \(String(repeating: "x", count: 1 << 21))\n\n"),
    ])
    func `what is no stream of reports is a bad answer`(telling: FakeNode.Telling) async throws {
        let node = FakeNode()
        node.state.withLock { $0.telling = telling }
        try await withHub(nodes: [node]) { hub in
            try await eventually("the bad answer shows") {
                try await hub.get("/api/instances/instance-0").json?["node"]?["failure"]?.string == "bad-answer"
            }
            #expect(try await hub.get(Self.path).json?["failureType"]?.string == "qemu")
            // Not asked again and again without a pause.
            let before = node.state.withLock { $0.streams }
            try await Task.sleep(for: .seconds(1))
            #expect(node.state.withLock { $0.streams } - before <= 4)
        }
    }

    @Test func `events of kinds that only a newer node knows are passed over`() async throws {
        let node = FakeNode()
        node.state.withLock {
            $0.telling = .text("event: weather\ndata: {}\n\nevent: crash\ndata: {\"kind\":\"crash\"}\n\n")
        }
        try await withHub(nodes: [node], silence: .milliseconds(300)) { hub in
            try await eventually("only the silence is held against it") {
                try await hub.get("/api/instances/instance-0").json?["node"]?["failure"]?.string == "silent"
            }
        }
    }

    @Test func `a node that does not answer is not asked by anybody else in the hub either`() async throws {
        let door = try Door()
        defer { door.shut() }
        let nodes: [(id: String, url: String?)] = (0..<30).map {
            (id: "instance-\($0)", url: "http://127.0.0.1:\(door.port)")
        }
        try await withHub { hub in
            hub.provider.set(nodes)
            try await eventually("all were tried") { door.knocks >= 30 }
            // Waits of their own are at two seconds now, and an attempt that gets in is two connections.
            try await Task.sleep(for: .seconds(3))
            let before = door.knocks
            try await Task.sleep(for: .seconds(3))
            #expect((30...130).contains(door.knocks - before))
        }
    }

    /// A TCP socket that listens on a free port of the loopback interface.
    private static func listener(backlog: Int32) -> (descriptor: Int32, address: sockaddr_in) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = bind(listener, pointer, length)
                _ = listen(listener, backlog)
                _ = getsockname(listener, pointer, &length)
            }
        }
        return (listener, address)
    }

    /// Takes connections and closes them, and counts.
    private final class Door: Sendable {
        let port: Int
        private let count = Mutex(0)
        private let descriptor: Int32

        var knocks: Int { count.withLock { $0 } }

        init() throws {
            let (listener, address) = NodeWatchTests.listener(backlog: 128)
            port = Int(UInt16(bigEndian: address.sin_port))
            descriptor = listener
            Thread.detachNewThread { [self] in
                while true {
                    let one = accept(listener, nil, nil)
                    guard one >= 0 else { return }
                    close(one)
                    count.withLock { $0 += 1 }
                }
            }
        }

        /// Ends the thread too.
        func shut() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    /// Listens and takes no connection any more: further ones are never answered.
    private final class BlackHole {
        let port: Int
        private var descriptors: [Int32] = []

        init() throws {
            let (listener, address) = NodeWatchTests.listener(backlog: 0)
            let length = socklen_t(MemoryLayout<sockaddr_in>.size)
            port = Int(UInt16(bigEndian: address.sin_port))
            descriptors = [listener]
            for _ in 0..<4 {
                let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
                withUnsafePointer(to: address) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = connect(client, $0, length) }
                }
                descriptors.append(client)
            }
        }

        deinit { for descriptor in descriptors { close(descriptor) } }
    }
}
