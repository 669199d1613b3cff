import Fleet
import Foundation
import Logging
import Synchronization
import Testing

@testable import Gateway

/// A whole hub on a cluster.
@Suite(.timeLimit(.minutes(1)))
struct KubernetesDiscoveryTests {
    private static let logger = Logger(label: "hub") { _ in SwiftLogNoOpLogHandler() }

    /// Runs a hub on an API server; its pods' nodes are looked for at `nodePort`.
    private func withKubernetesHub(
        _ server: FakeAPIServer, nodePort: Int = 1, file: String? = nil,
        _ body: @Sendable (HubFixture) async throws -> Void
    ) async throws {
        let configuration = LocoConfiguration(
            try ResolvedConfiguration(environment: [
                "LOCO_HUB_PORT": "0", "LOCO_VR_PORT": "0", "LOCO_KUBERNETES_API": server.url,
                "LOCO_KUBERNETES_NAMESPACE": "loco", "LOCO_KUBERNETES_NODE_PORT": "\(nodePort)",
            ]))
        let cluster = try KubernetesCluster(configuration.kubernetes, environment: [:])
        let hub = try Hub(
            configuration: configuration,
            discovery: .kubernetes(cluster, file: file, limits: quickLimits(), logger: Self.logger), pages: nil,
            checks: .milliseconds(50), logger: Self.logger)
        try await withRunning([hub], logger: Self.logger) { _ in
            try await body(HubFixture(hub: hub, provider: FakeSource(), port: try await hub.http.boundPort))
        }
    }

    private func ids(_ hub: HubFixture) async throws -> [String?] {
        guard case .array(let list)? = try await hub.get("/api/instances").json else { return [] }
        return list.map { $0["id"]?.string }
    }

    @Test func `pods are instances of the API, with their place, and their nodes are listened to`() async throws {
        let node = FakeNode()
        try await withRunning([node.service], logger: Self.logger) { _ in
            let port = try await node.service.boundPort
            try await withAPIServer { server in
                server.change { [$0.put("pods", "loco-emulator-0", $0.makePod(0, ip: "127.0.0.1"))] }
                server.change { [$0.put("statefulsets", "loco-emulator", $0.makeSet(1))] }
                try await withKubernetesHub(server, nodePort: port) { hub in
                    try await eventually("its node reports") {
                        try await hub.get("/api/instances/instance-0").json?["status"]?.string == "ready"
                    }
                    let item = try await hub.get("/api/instances/instance-0").json
                    #expect(item?["podName"]?.string == "loco-emulator-0" && item?["podIP"]?.string == "127.0.0.1")
                    #expect(item?["kubernetes"]?["namespace"]?.string == "loco")
                    #expect(item?["kubernetes"]?["statefulSet"]?["name"]?.string == "loco-emulator")
                    #expect(item?["kubernetes"]?["startTime"]?.string != nil)
                    #expect(item?["ready"]?.bool == true && item?["name"]?.string == "Windows 98 - Game Server")
                    let place = try await hub.get("/api/quality/deep-health/instance-0").json?["kubernetes"]
                    #expect(place?["podName"]?.string == "loco-emulator-0" && place?["namespace"]?.string == "loco")
                    #expect(place?["discoveredAt"]?.string == item?["discoveredAt"]?.string)

                    // To where nobody listens, and back.
                    server.change { [$0.put("pods", "loco-emulator-0", $0.makePod(0, ip: "127.0.0.2"))] }
                    try await eventually("the hub looks at the new address") {
                        let item = try await hub.get("/api/instances/instance-0").json
                        return item?["podIP"]?.string == "127.0.0.2" && item?["node"]?["failure"]?.string == "refused"
                    }
                    server.change { [$0.put("pods", "loco-emulator-0", $0.makePod(0, ip: "127.0.0.1"))] }
                    try await eventually("and back") {
                        try await hub.get("/api/instances/instance-0").json?["status"]?.string == "ready"
                    }
                }
            }
        }
    }

    @Test func `discovery-info and refresh tell how things stand`() async throws {
        try await withAPIServer(pods: 2) { server in
            try await withKubernetesHub(server) { hub in
                try await eventually("two are found") { try await ids(hub).count == 2 }
                let info = try await hub.get("/api/instances/discovery-info").json
                let kubernetes = info?["kubernetesDiscovery"]
                #expect(kubernetes?["namespace"]?.string == "loco" && kubernetes?["discoveryEnabled"]?.bool == true)
                #expect(kubernetes?["services"] == .array(["loco-emulator"]))
                #expect(kubernetes?["cachedInstancesCount"]?.number == 2 && kubernetes?["lastDiscovery"]?.string != nil)
                #expect(info?["usingAutoDiscovery"]?.bool == true && info?["fallbackToStatic"]?.bool == false)
                #expect(info?["stale"]?.bool == false && info?["lastError"] == .null)
                server.scale(3)
                let refreshed = try await hub.send(.POST, "/api/instances/refresh")
                #expect(refreshed.status == 200 && refreshed.json?["instanceCount"]?.number == 3)

                await server.stop()
                try await eventually("it is stale") {
                    try await hub.get("/api/instances/discovery-info").json?["stale"]?.bool == true
                }
                let failed = try await hub.send(.POST, "/api/instances/refresh")
                #expect(failed.status == 502 && failed.text.contains(server.url))
                #expect(try await ids(hub).count == 3)
                #expect(try await hub.get("/metrics").text.contains("loco_discovery_stale 1\n"))
                let away = try await hub.get("/api/instances/discovery-info").json
                #expect(away?["lastError"]?.string?.contains("cannot be reached") == true)
            }
        }
    }

    @Test func `a file stands in for a cluster that is not there, until it is`() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "i-\(UUID().uuidString).json").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(#"[{"id":"instance-7","streamUrl":"http://127.0.0.1:1"}]"#.utf8).write(to: URL(filePath: path))
        try await withAPIServer(pods: 2) { server in
            await server.stop()
            try await withKubernetesHub(server, file: path) { hub in
                try await eventually("the file's are used") { try await ids(hub) == ["instance-7"] }
                let info = try await hub.get("/api/instances/discovery-info").json
                #expect(info?["fallbackToStatic"]?.bool == true && info?["usingAutoDiscovery"]?.bool == false)
                #expect(info?["source"]?.string == "static" && info?["lastError"]?.string != nil)
                try await server.start()
                try await eventually("the cluster's are used") {
                    try await ids(hub) == ["instance-0", "instance-1"]
                }
                let back = try await hub.get("/api/instances/discovery-info").json
                #expect(back?["fallbackToStatic"]?.bool == false && back?["source"]?.string == "kubernetes")
                // What was known is better than another list.
                await server.stop()
                try await eventually("it is stale") {
                    try await hub.get("/api/instances/discovery-info").json?["stale"]?.bool == true
                }
                #expect(try await ids(hub) == ["instance-0", "instance-1"])
            }
        }
    }

    @Test func `a hub that has never seen its cluster says why`() async throws {
        try await withAPIServer { server in
            server.set(fault: .status(403, fixture: "error-403-all-namespaces.json", on: "list pods"))
            try await withKubernetesHub(server) { hub in
                try await eventually("it is told") {
                    let answer = try await hub.get("/api/instances")
                    return answer.status == 503 && answer.text.contains("rbac.create=true")
                }
            }
        }
    }

    /// A cluster with that many pods, which its probes find ready or not.
    private func withPods(
        _ count: Int, areReady: Bool, _ body: @Sendable (FakeAPIServer) async throws -> Void
    ) async throws {
        try await withAPIServer { server in
            server.change {
                $0.areReady = areReady
                return []
            }
            server.scale(count)
            try await body(server)
        }
    }

    private func deletes(_ server: FakeAPIServer) -> Int { server.requests.count { $0.permission == "delete pods" } }

    @Test func `a node that does not answer has its pod deleted; a refusal is told, and holds until a new list`()
        async throws
    {
        let path = "/api/quality/recovery-status/instance-0"
        try await withPods(1, areReady: false) { server in
            server.set(fault: .status(403, fixture: "error-403-delete-pod.json", on: "delete"))
            try await withKubernetesHub(server) { hub in
                try await eventually("it was tried by itself", within: .seconds(10)) {
                    let status = try await hub.get(path).json
                    guard case .array(let history)? = status?["history"], let last = history.first else { return false }
                    return last["outcome"]?.string == "failed"
                        && last["detail"]?.string?.contains("delete pods in namespace loco") == true
                        && last["detail"]?.string?.contains("--set rbac.create=true") == true
                }
                let refused = try await hub.get(path).json
                #expect(refused?["canRecover"] == .bool(false) && refused?["attempts"] == .number(0))
                #expect(refused?["obstacle"]?.string?.contains("rbac.allowPodDelete=true") == true)
                let blocked = try await hub.send(.POST, "/api/quality/recover/instance-0")
                #expect(blocked.status == 409 && blocked.code == "recovery-blocked")
                #expect(blocked.text.contains("rbac.allowPodDelete=true"))
                #expect(deletes(server) == 1)
                // Who looks again may be allowed more by now.
                #expect(try await hub.send(.POST, "/api/instances/refresh").status == 200)
                try await eventually("it may be otherwise") {
                    let status = try await hub.get(path).json
                    return status?["canRecover"] == .bool(true) && status?["obstacle"] == .null
                }
                let again = try await hub.send(.POST, "/api/quality/recover/instance-0")
                #expect(again.status == 202, "\(again.text)")
                try await eventually("it is refused again") {
                    try await hub.get(path).json?["canRecover"] == .bool(false)
                }
                server.set(fault: nil)
                let wish = try await hub.send(
                    .POST, "/api/quality/recover/instance-0", headers: [("Content-Type", "application/json")],
                    body: #"{"forceRecovery":true}"#)
                #expect(wish.status == 202, "\(wish.text)")
                try await eventually("another pod is there") {
                    try await hub.get("/api/instances/instance-0").json?["podIP"]?.string == "127.0.1.11"
                }
                #expect(try await hub.get(path).json?["obstacle"] == .null, "what succeeds is allowed")
            }
        }
    }

    @Test func `where most nodes do not answer none is deleted: it is the hub that is cut off`() async throws {
        try await withPods(3, areReady: false) { server in
            try await withKubernetesHub(server) { hub in
                try await eventually("all are given up") {
                    try await hub.get("/api/instances").text.components(separatedBy: "\"refused\"").count == 4
                }
                try await eventually("it is told why nothing is done") {
                    try await hub.get("/api/quality/recovery-status/instance-1").json?["obstacle"]?.string?
                        .contains("3 of 3 nodes do not report") == true
                }
                // Thirty checks of 50 ms, twice.
                try await Task.sleep(for: .seconds(3))
                #expect(deletes(server) == 0)
                server.scale(1)
                try await eventually("a single one is tried") { deletes(server) > 0 }
            }
        }
    }

    @Test func `a pod that the cluster finds ready is not deleted because the hub does not reach it`() async throws {
        try await withPods(1, areReady: true) { server in
            try await withKubernetesHub(server) { hub in
                try await eventually("it is told why nothing is done", within: .seconds(5)) {
                    try await hub.get("/api/quality/recovery-status/instance-0").json?["obstacle"]?.string?
                        .contains("the cluster says that its pod is ready") == true
                }
                // Thirty checks of 50 ms, twice.
                try await Task.sleep(for: .seconds(3))
                #expect(deletes(server) == 0)
                let status = try await hub.get("/api/quality/recovery-status/instance-0").json
                #expect(status?["canRecover"] == .bool(true), "people may ask for it")
                server.change {
                    $0.areReady = false
                    return [$0.put("pods", "loco-emulator-0", $0.makePod(0))]
                }
                try await eventually("its probes fail too: it is tried", within: .seconds(5)) { deletes(server) > 0 }
            }
        }
    }

    @Test func `a node that comes up is seen at once when its pod gets ready, however often it was tried before`()
        async throws
    {
        // A port at which nobody listens any more.
        let first = FakeNode()
        let port = Mutex(0)
        try await withRunning([first.service], logger: Self.logger) { _ in
            let bound = try await first.service.boundPort
            port.withLock { $0 = bound }
        }
        let node = FakeNode(port: port.withLock { $0 })
        try await withPods(1, areReady: false) { server in
            server.change { [$0.put("pods", "loco-emulator-0", $0.makePod(0, ip: "127.0.0.1"))] }
            server.set(fault: .status(403, fixture: "error-403-delete-pod.json", on: "delete"))
            try await withKubernetesHub(server, nodePort: port.withLock { $0 }) { hub in
                try await eventually("it was tried a few times") {
                    try await hub.get("/api/instances/instance-0").json?["status"]?.string == "error"
                }
                // Its waits are at two seconds by then.
                try await Task.sleep(for: .seconds(4))
                try await withRunning([node.service], logger: Self.logger) { _ in
                    _ = try await node.service.boundPort
                    server.change { cluster in
                        let pod = cluster.objects["pods"]?["loco-emulator-0"] ?? .null
                        let ready = pod.setting(["status", "containerStatuses"], FakeCluster.containers(ready: true))
                        return [cluster.put("pods", "loco-emulator-0", ready)]
                    }
                    try await eventually("it reports", within: .milliseconds(700)) {
                        try await hub.get("/api/instances/instance-0").json?["status"]?.string == "ready"
                    }
                }
            }
        }
    }

    @Test(
        arguments: [
            ([:], [:], DiscoveryKind.local), ([:], ["LOCO_HUB_INSTANCES_FILE": "/f"], .static),
            (["KUBERNETES_SERVICE_HOST": "10.0.0.1"], ["LOCO_KUBERNETES_TOKEN_FILE": "/etc/hostname"], .kubernetes),
            (["KUBERNETES_SERVICE_HOST": "10.0.0.1"], ["LOCO_KUBERNETES_TOKEN_FILE": "/etc/hostname/none"], .local),
            (
                ["KUBERNETES_SERVICE_HOST": "10.0.0.1"],
                ["LOCO_KUBERNETES_TOKEN_FILE": "/etc/hostname", "LOCO_HUB_DISCOVERY": "local"], .local
            ),
        ] as [([String: String], [String: String], DiscoveryKind)])
    func `auto takes what there is`(
        environment: [String: String], settings: [String: String], kind: DiscoveryKind
    ) throws {
        let configuration = LocoConfiguration(try ResolvedConfiguration(environment: settings))
        #expect(InstanceDiscovery.kind(of: configuration, environment: environment) == kind)
    }

    @Test func `a discovery that cannot work is refused at the start, or replaced by the file`() throws {
        func configured(_ settings: [String: String]) throws -> InstanceDiscovery {
            let values = try ResolvedConfiguration(environment: settings)
            return try .configured(LocoConfiguration(values), values, environment: [:], logger: Self.logger)
        }
        #expect { try configured(["LOCO_HUB_DISCOVERY": "kubernetes"]) } throws: {
            "\($0)".contains("KUBERNETES_SERVICE_HOST") && "\($0)".contains("kubernetes.api")
        }
        #expect { try configured(["LOCO_HUB_DISCOVERY": "agents"]) } throws: { "\($0)".contains("hub.inventory") }
        #expect { try configured(["LOCO_HUB_DISCOVERY": "static"]) } throws: { "\($0)".contains("hub.instancesFile") }
        let discovery = try configured(["LOCO_HUB_DISCOVERY": "kubernetes", "LOCO_HUB_INSTANCES_FILE": "/f"])
        #expect(discovery.kind == "static" && discovery.report != nil)
    }
}
