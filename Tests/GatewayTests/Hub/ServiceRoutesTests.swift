import Fleet
import Foundation
import Logging
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct ServiceRoutesTests {
    private static func service(_ name: String, _ state: ProcessState) -> FleetEvent {
        var status = ServiceStatus(name: name)
        status.state = state
        return FleetEvent(id: "s-\(name)", instance: InstanceID(ordinal: 0), kind: .service(status))
    }

    private static func node() -> FakeNode {
        let node = FakeNode()
        node.state.withLock { $0.first = [service("qemu", .running), service("pulse", .error)] }
        return node
    }

    private static func names(_ json: JSONValue?) -> [String] {
        guard case .array(let list)? = json?["services"] else { return [] }
        return list.compactMap { $0["name"]?.string }
    }

    @Test func `services are the nodes and their processes, each with its health`() async throws {
        try await withHub(nodes: [Self.node()]) { hub in
            try await eventually("all are known") {
                Self.names(try await hub.get("/services").json)
                    == ["instance-0", "instance-0/pulse", "instance-0/qemu"]
            }
            for (name, status) in [
                ("instance-0", 200), ("instance-0/qemu", 200), ("instance-0%2Fqemu", 200), ("instance-0/pulse", 503),
                ("instance-0/dice", 404), ("instance-9", 404), ("x%20y", 404), ("hub", 404),
            ] {
                let answer = try await hub.get("/services/\(name)/health")
                #expect(answer.status == status, "\(name): \(answer)")
            }
            let qemu = try await hub.get("/services/instance-0/qemu/health").json
            #expect(qemu?["instance"]?.string == "instance-0" && qemu?["state"]?.string == "running")
        }
    }

    @Test func `a process is started again by its node, a node by its owner`() async throws {
        let node = Self.node()
        node.state.withLock { $0.answers["/services/{name}/restart"] = (202, .object(["state": "restarting"])) }
        try await withHub(nodes: [node]) { hub in
            try await eventually("it is known") { !(try await hub.get("/services").text.contains("\"services\":[]")) }
            for name in ["instance-0/qemu", "instance-0%2Fqemu"] {
                #expect(try await hub.send(.POST, "/services/\(name)/restart").status == 202)
            }
            #expect(node.state.withLock { $0.requests.count { $0 == "POST /services/qemu/restart" } } == 2)
            let foreign = try await hub.send(.POST, "/services/instance-0/restart")
            #expect(foreign.status == 503 && foreign.code == "node-not-owned")
            #expect(try await hub.send(.POST, "/services/hub/restart").code == "not-restartable")
            #expect(try await hub.send(.POST, "/services/instance-7/restart").status == 404)
        }
        let counter = Counter()
        let owner = NodeOwner(
            restart: { _ in
                counter.add()
                try await Task.sleep(for: .milliseconds(300))
            },
            services: { [ServiceStatus(name: "instance-0")] }, log: { _ in ["one", "two", "three"] })
        try await withHub(nodes: [Self.node()], owner: owner) { hub in
            #expect(try await hub.send(.POST, "/services/instance-0/restart").status == 202)
            #expect(try await hub.send(.POST, "/services/instance-0/restart").code == "recovering")
            try await eventually("it was started again") { counter.value == 1 }
            let log = try await hub.get("/logs?service=instance-0&tail=2").json
            #expect(log?["lines"] == .array(["two", "three"]))
            try await eventually("its process is known") {
                Self.names(try await hub.get("/services").json).first == "instance-0"
            }
            #expect(try await hub.get("/services/instance-0/health").status == 503)
        }
    }

    @Test func `logs come from the node under the name that was asked for, and from the hub itself`() async throws {
        let node = Self.node()
        node.state.withLock {
            $0.answers["/logs"] = (200, .object(["service": "qemu", "lines": .array(["a", "b"])]))
        }
        let logger = Logger(label: "hub") { _ in SilentHandler() }
        try await withHub(nodes: [node], logger: logger) { hub in
            let log = try await hub.get("/logs?service=instance-0%2Fqemu&tail=7").json
            #expect(log == .object(["service": "instance-0/qemu", "lines": .array(["a", "b"])]))
            #expect(node.state.withLock { $0.requests.contains("GET /logs?service=qemu&tail=7") })
            _ = try await hub.get("/logs?service=instance-0")
            #expect(node.state.withLock { $0.requests.contains("GET /logs?service=node&tail=100") })
            let own = try await hub.get("/logs?service=hub&tail=2000")
            #expect(own.text.contains("instance found instance=instance-0"))
            for (query, status) in [
                ("", 400), ("?service=", 400), ("?service=hub&tail=0", 400), ("?service=hub&tail=2001", 400),
                ("?service=hub&tail=x", 400), ("?service=instance-5", 404), ("?service=..%2F..%2Fetc", 404),
            ] {
                let answer = try await hub.get("/logs\(query)")
                #expect(answer.status == status, "\(query): \(answer)")
            }
            node.state.withLock { $0.answers["/logs"] = (404, .object([:])) }
            #expect(try await hub.get("/logs?service=instance-0/dice").code == "unknown-service")
        }
    }

    @Test func `of the hub's log the newest lines are kept, each of limited length`() {
        let log = HubLog()
        for number in 0..<(HubLog.capacity + 5) { log.append("\(number)") }
        #expect(log.lines(3) == ["2002", "2003", "2004"])
        #expect(log.lines(5000).count == HubLog.capacity && log.lines(5000).first == "5")
        log.append(String(repeating: "x", count: 5000))
        #expect(log.lines(1)[0].utf8.count == HubLog.maxLine)
    }

    private struct SilentHandler: LogHandler {
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {}
    }
}
