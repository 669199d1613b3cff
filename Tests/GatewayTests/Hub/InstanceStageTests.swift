import Fleet
import Probe
import Testing

@testable import Gateway

struct InstanceStageTests {
    private static func instance(_ url: String?, _ status: InstanceStatus = .booting) -> Instance {
        var instance = Instance(id: InstanceID(ordinal: 0), name: "x", status: status)
        instance.streamUrl = url
        return instance
    }

    private static let url = "http://127.0.0.1:1"

    @Test(
        arguments: [
            (instance(nil), NodeState(), .starting),
            (instance(nil, .error), NodeState(), .error),
            (instance(nil, .unknown), NodeState(), .announcing),
            (instance(url), NodeState(), .booting),
            (instance(url), NodeState(url: url), .booting),
            (instance(url), NodeState(url: url, failure: .refused, failures: 1), .starting),
            (instance(url), NodeState(url: url, failure: .refused, failures: 3), .error),
            (instance(url), NodeState(url: url, report: .fake(), failure: .timeout), .error),
            (instance(url), NodeState(url: url, report: .fake()), .ready),
            (instance(url), NodeState(url: url, report: .fake(.degraded)), .booting),
            (instance(url), NodeState(url: url, report: .fake(.degraded, ["slow"])), .degraded),
            (instance(url), NodeState(url: url, report: .fake(.unhealthy, ["dead"])), .error),
            (instance("http://127.0.0.1:2"), NodeState(url: url, report: .fake()), .booting),
        ] as [(Instance, NodeState, InstanceNews.Phase)])
    func `the stage follows from what discovery and the node say`(
        instance: Instance, state: NodeState, phase: InstanceNews.Phase
    ) {
        let news = InstanceStage.news(of: instance, state)
        #expect(news.phase == phase)
        #expect(!news.message.isEmpty)
    }

    @Test func `a guest on its first way up shows how far it is`() throws {
        var facts = HealthFacts()
        facts.isStarting = true
        var report = HealthReport(instanceId: "instance-0", facts: facts, deepHealth: DeepHealth())
        report.services = [("xserver", "running"), ("qemu", "starting")].map {
            .init(name: $0.0, state: $0.1, pid: nil, uptime: nil, restarts: 0)
        }
        let news = InstanceStage.news(
            of: Self.instance(Self.url), NodeState(url: Self.url, report: report))
        #expect(news.phase == .booting && news.progress == 0.5 && news.message == "waits for qemu")
        // Nobody is sent there before there is something to see.
        let state = NodeState(url: Self.url, report: report)
        #expect(state.status(of: Self.instance(Self.url)) == .booting)
    }

    @Test(
        arguments: [(.error, .error), (.unknown, .announcing), (.booting, .starting)]
            as [(InstanceStatus, InstanceNews.Phase)])
    func `of a pod without a node Kubernetes' own reason is told`(status: InstanceStatus, phase: InstanceNews.Phase) {
        var instance = Self.instance(nil, status)
        instance.kubernetes = .init(namespace: "loco")
        instance.kubernetes?.reason = "Unschedulable: 0/2 nodes"
        let news = InstanceStage.news(of: instance, NodeState())
        #expect(news.phase == phase && news.message == "Unschedulable: 0/2 nodes")
    }

    @Test func `what is not set up is announced`() {
        var instance = Self.instance(nil)
        instance.provisioned = false
        #expect(InstanceStage.news(of: instance, NodeState()).phase == .announcing)
    }
}
