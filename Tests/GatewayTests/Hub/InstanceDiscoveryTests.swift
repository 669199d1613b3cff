import Fleet
import Foundation
import Logging
import Probe
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct InstanceDiscoveryTests {
    @Test func `a node's record in the run directory is an instance while its writer lives`() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "loco-run-\(UUID().uuidString.prefix(8))")
            .path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let run = try RunDirectory(path: path)
        try NodeRecord(instanceId: InstanceID(ordinal: 3), port: 41234, url: "http://127.0.0.1:41234")
            .write(to: try run.instance(InstanceID(ordinal: 3)))
        var dead = NodeRecord(instanceId: InstanceID(ordinal: 4), port: 1, url: "http://127.0.0.1:1")
        dead.startTime += 1
        try dead.write(to: try run.instance(InstanceID(ordinal: 4)))
        _ = try run.instance(InstanceID(ordinal: 5))
        var sets = RunDirectorySource(run: run, interval: .milliseconds(20)).updates().makeAsyncIterator()
        let first = await sets.next()
        #expect(first?.map(\.id.rawValue) == ["instance-3"])
        #expect(first?.first?.streamUrl == "http://127.0.0.1:41234")
        try NodeRecord(instanceId: InstanceID(ordinal: 4), port: 2, url: "http://127.0.0.1:2")
            .write(to: try run.instance(InstanceID(ordinal: 4)))
        #expect(await sets.next()?.count == 2)
    }

    @Test func `a hub on a file that is wrong does not start and says where`() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "instances-\(UUID().uuidString).json").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(#"[{"id":"instance-0"}]"#.utf8).write(to: URL(filePath: path))
        let logger = Logger(label: "hub") { _ in SwiftLogNoOpLogHandler() }
        let configuration = LocoConfiguration(try ResolvedConfiguration(environment: ["LOCO_HUB_PORT": "0"]))
        let hub = try Hub(
            configuration: configuration, discovery: .file(path, logger: logger), pages: nil, logger: logger)
        await #expect { try await hub.run() } throws: { "\($0)".contains("streamUrl") && "\($0)".contains(path) }
    }

    @Test(
        arguments: [
            (nil, "booting"), (.healthy, "ready"), (.degraded, "degraded"), (.unhealthy, "error"),
        ] as [(OverallStatus?, String)])
    func `an instance's status is what its node reports`(overall: OverallStatus?, status: String) {
        var instance = Instance(id: InstanceID(ordinal: 0), name: "x", status: .ready)
        instance.streamUrl = "http://127.0.0.1:1"
        let report = overall.map { HealthReport.fake($0, $0 == .degraded ? ["slow"] : []) }
        #expect(NodeState(url: instance.streamUrl, report: report).status(of: instance).rawValue == status)
    }

    @Test func `a node at a new address is booting, one that never reported is in error after three checks`() {
        var instance = Instance(id: InstanceID(ordinal: 0), name: "x", status: .booting)
        #expect(NodeState().status(of: instance) == .booting)
        instance.streamUrl = "http://127.0.0.1:2"
        #expect(NodeState(url: "http://127.0.0.1:1", report: .fake()).status(of: instance) == .booting)
        #expect(NodeState(url: instance.streamUrl, failure: .refused, failures: 2).status(of: instance) == .booting)
        #expect(NodeState(url: instance.streamUrl, failure: .refused, failures: 3).status(of: instance) == .error)
        instance.streamUrl = nil
        instance.status = .error
        #expect(NodeState().status(of: instance) == .error)
    }
}
