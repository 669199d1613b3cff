import Fleet
import Foundation
import Probe
import ServiceLifecycle
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct EventRoutesTests {
    private static let id = InstanceID("instance-0")!

    private static func viewer(_ id: String, _ phase: ViewerNews.Phase) -> FleetEvent {
        FleetEvent(id: "v-\(id)-\(phase)", instance: Self.id, kind: .viewer(.init(id: id, phase: phase)))
    }

    private static func recovery(_ outcome: RecoveryRecord.Outcome?, id: UUID) -> FleetEvent {
        var record = RecoveryRecord(
            id: id, instance: Self.id, failure: .qemu, reasons: ["QEMU is not running"], strategy: .qemu, attempt: 1)
        record.outcome = outcome
        record.endedAt = outcome == nil ? nil : Date()
        return FleetEvent(id: "r-\(id)-\(outcome?.rawValue ?? "")", instance: Self.id, kind: .recovery(record))
    }

    @Test func `a new instance shows within a second and goes through its stages to ready and to gone`() async throws {
        let node = FakeNode()
        var starting = HealthReport.fake(.degraded)
        starting.deepHealth.video.displayActive = false
        starting.services = [
            .init(name: "xserver", state: "running", pid: 1, uptime: 1, restarts: 0),
            .init(name: "qemu", state: "starting", pid: nil, uptime: nil, restarts: 0),
        ]
        node.state.withLock { [starting] in $0.report = starting }
        try await withHub { hub in
            try await hub.withEvents { reader in
                hub.provider.set([("instance-0", nil)])
                try await eventually("it shows", within: .seconds(1)) { !reader.stages(of: "instance-0").isEmpty }
                try await withRunning([node.service]) { _ in
                    hub.provider.set([("instance-0", "http://127.0.0.1:\(try await node.service.boundPort)")])
                    try await eventually("it boots") {
                        reader.events.contains {
                            guard case .instance(let news) = $0.kind else { return false }
                            return news.phase == .booting && news.progress == 0.5 && news.message == "waits for qemu"
                        }
                    }
                    node.state.withLock { $0.report = .fake() }
                    try await eventually("it is ready") { reader.stages(of: "instance-0").last == .ready }
                    node.state.withLock { $0.report = .fake(.unhealthy, ["QEMU is not running"]) }
                    try await eventually("it is in error") { reader.stages(of: "instance-0").last == .error }
                    node.state.withLock { $0.report = .fake(.degraded, ["QEMU takes 95 % of a core"]) }
                    try await eventually("it is degraded") { reader.stages(of: "instance-0").last == .degraded }
                    hub.provider.set([])
                    try await eventually("it is gone") { reader.stages(of: "instance-0").last == .gone }
                }
                var stages = reader.stages(of: "instance-0")
                #expect(stages.prefix(2) == [.announcing, .starting])
                stages.removeAll { $0 == .booting }
                #expect(stages == [.announcing, .starting, .ready, .error, .degraded, .gone])
            }
            // Whoever comes now is told nothing of what is gone.
            try await hub.withEvents { reader in
                try await Task.sleep(for: .milliseconds(200))
                let told = reader.events
                #expect(told.isEmpty)
            }
        }
    }

    @Test func `what is true is told first, and what a node repeats is told once`() async throws {
        let node = FakeNode()
        let attempt = UUID()
        var qemu = ServiceStatus(name: "qemu")
        qemu.state = .running
        let service = FleetEvent(id: "s-1", instance: Self.id, kind: .service(qemu))
        node.state.withLock {
            $0.first = [
                service, Self.recovery(nil, id: attempt), Self.recovery(.recovered, id: attempt),
                Self.viewer("one", .connected),
            ]
        }
        try await withHub(nodes: [node], silence: .milliseconds(500)) { hub in
            try await eventually("all is known") { await hub.hub.feed.snapshot.events.count == 5 }
            try await hub.withEvents { reader in
                try await eventually("it is told") { reader.events.count >= 5 }
                #expect(
                    reader.events.prefix(5).map(\.name) == ["instance", "health", "service", "recovery", "viewer"])
                node.state.withLock { $0.telling = .nothing }
                try await eventually("it is silent") { reader.stages(of: "instance-0").last == .error }
                node.state.withLock { $0.telling = .health }
                try await eventually("it is back") { reader.stages(of: "instance-0").last == .ready }
                #expect(reader.events.count { $0.name == "recovery" } == 1)
                let status = try await hub.get("/api/quality/recovery-status").json?["instance-0"]
                guard case .array(let history)? = status?["history"] else {
                    Issue.record("no history: \(String(describing: status))")
                    return
                }
                #expect(history.count == 1 && history[0]["outcome"]?.string == "recovered")
            }
        }
    }

    @Test func `viewers of a node that died have left, and so have those a node does not tell of again`() async throws {
        let node = FakeNode()
        node.state.withLock { $0.first = [Self.viewer("one", .connected), Self.viewer("two", .connected)] }
        @Sendable func left(_ reader: EventReader) -> Set<String> {
            Set(
                reader.events.compactMap {
                    guard case .viewer(let news) = $0.kind, news.phase == .left else { return nil }
                    return news.id
                })
        }
        try await withHub(silence: .milliseconds(500)) { hub in
            try await hub.withEvents { reader in
                try await withRunning([node.service]) { _ in
                    hub.provider.set([("instance-0", "http://127.0.0.1:\(try await node.service.boundPort)")])
                    try await eventually("they are there") { reader.events.count { $0.name == "viewer" } == 2 }
                    node.state.withLock { ($0.first, $0.telling) = ([Self.viewer("two", .connected)], .nothing) }
                    try await eventually("it is silent") { reader.stages(of: "instance-0").last == .error }
                    #expect(left(reader).isEmpty)
                    node.state.withLock { $0.telling = .health }
                    try await eventually("one has left") { left(reader) == ["one"] }
                }
                try await eventually("two has left") { left(reader) == ["one", "two"] }
            }
        }
    }

    @Test func `fifty readers are told the same, and all end at once with the hub`() async throws {
        let readers = (0..<50).map { _ in EventReader() }
        let tasks = Tasks()
        let clock = ContinuousClock()
        let node = FakeNode()
        let stopped = Moment()
        try await withHub(nodes: [node]) { hub in
            for reader in readers { tasks.add(Task { try await reader.read(port: hub.port) }) }
            try await eventually("all are connected") { await hub.hub.feed.counts.readers == 50 }
            let event = Self.viewer("one", .joined)
            node.state.withLock { $0.next = [event] }
            try await eventually("all were told") { readers.allSatisfy { $0.events.contains { $0.id == event.id } } }
            stopped.set(clock.now)
        }
        #expect(clock.now - stopped.value < .seconds(2))
        try await eventually("all have ended") { readers.allSatisfy(\.isOver) }
    }

    @Test func `a reader that does not keep up is cut off, and the others are not`() async throws {
        let feed = EventFeed(history: RecentHistory())
        await feed.tell(.instance(.init(phase: .announcing, message: "")), of: Self.id)
        let slow = try await feed.subscribe()
        let count = EventFeed.capacity + 10
        for number in 0..<count {
            await feed.tell(.viewer(.init(id: "\(number % 3)", phase: .joined)), of: Self.id)
        }
        var told = 0
        for await _ in slow { told += 1 }
        #expect(told == EventFeed.capacity + 1)
        let counts = await feed.counts
        #expect(counts.cutOff == 1 && counts.readers == 0 && counts.told["viewer"] == count)
    }

    @Test func `there are only so many readers, and with a token only those who have it`() async throws {
        let feed = EventFeed(history: RecentHistory())
        var streams: [AsyncStream<FleetEvent>] = []
        for _ in 0..<EventFeed.maxReaders { streams.append(try await feed.subscribe()) }
        await #expect(throws: APIError.self) { try await feed.subscribe() }
        streams.removeAll()
        try await eventually("they have left") { await feed.counts.readers == 0 }
        try await withHub(token: "correct-horse-battery") { hub in
            for path in ["/events", "/metrics", "/services", "/logs?service=hub", "/api/quality/metrics"] {
                let status = try await hub.get(path).status
                #expect(status == 401, "\(path)")
            }
        }
    }
}
