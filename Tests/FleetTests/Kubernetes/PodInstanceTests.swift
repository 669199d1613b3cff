import Foundation
import Testing

@testable import Fleet

@Suite(.timeLimit(.minutes(1)))
struct PodInstanceTests {
    private func instance(_ pod: KubernetesPod, set: KubernetesStatefulSet? = nil) throws -> Instance {
        try #require(
            PodInstance(pod: pod, set: set, nodePort: 3100).instance(discoveredAt: Date(timeIntervalSince1970: 0)))
    }

    @Test func `a running pod is an instance as earlier users know it`() throws {
        let pods = try KubernetesFixture.pods("pods-list-cluster-ips.json")
        let set = try KubernetesFixture.sets("statefulsets-list.json").first
        let instances = try pods.map { try instance($0, set: set) }
        #expect(instances.map(\.id.rawValue) == ["instance-0", "instance-1", "instance-2"])
        #expect(
            instances.map(\.name)
                == ["Windows 98 - Game Server", "Windows 98 - Client 1", "Windows 98 - Client 2"])
        #expect(instances.allSatisfy { $0.ready && $0.status == .ready && $0.provisioned })
        let first = instances[0]
        let ip = try #require(first.podIP)
        #expect(ip.hasPrefix("10.244."))
        #expect(first.streamUrl == "http://\(ip):3100" && first.healthUrl == "http://\(ip):3100/health")
        #expect(first.podName == "loco-emulator-0")
        #expect(first.kubernetes?.namespace == "loco" && first.kubernetes?.nodeName == "node-a")
        #expect(first.kubernetes?.startTime != nil && first.kubernetes?.reason == nil)
        #expect(first.kubernetes?.statefulSet == .init(name: "loco-emulator", replicas: 3, readyReplicas: 3))
    }

    /// Number, status, whether its node may be asked, and words of the reason.
    @Test(
        arguments: [
            (0, InstanceStatus.ready, true, nil), (1, .booting, false, "CrashLoopBackOff: back-off 1m20s"),
            (2, .booting, true, "is being deleted"), (3, .booting, false, "Unschedulable: 0/2 nodes are available"),
            (4, .booting, false, "ImagePullBackOff: Back-off pulling image"),
        ] as [(Int, InstanceStatus, Bool, String?)])
    func `odd states are told with their reason`(
        number: Int, status: InstanceStatus, hasNode: Bool, reason: String?
    ) throws {
        let pod = try KubernetesFixture.pods("pods-list-mixed-states.json")[number]
        let set = try KubernetesFixture.sets("statefulsets-list-mixed-states.json").first
        let instance = try instance(pod, set: set)
        #expect(instance.status == status && instance.ready == (status == .ready))
        #expect((instance.streamUrl != nil) == hasNode)
        #expect((instance.kubernetes?.reason != nil) == (reason != nil))
        if let reason {
            #expect(instance.kubernetes?.reason?.contains(reason) == true, "\(instance.kubernetes?.reason ?? "-")")
            #expect(instance.description.contains(reason) && instance.description.contains("loco-emulator-\(number)"))
        }
    }

    @Test func `a pod's address is told before it is ready, its node only while its container runs`() throws {
        let crashing = try instance(KubernetesFixture.pods("pods-list-mixed-states.json")[1])
        #expect(crashing.podIP == "127.0.0.12" && crashing.streamUrl == nil)
        let unready = try instance(KubernetesFixture.pod("a-0", ready: false))
        #expect(unready.streamUrl == "http://10.0.0.1:3100" && unready.status == .booting)
    }

    @Test(arguments: [
        ("Failed", InstanceStatus.error), ("Succeeded", .unknown), ("Unknown", .unknown), ("Pending", .booting),
        ("Novel", .unknown),
    ])
    func `a phase is a status`(phase: String, status: InstanceStatus) throws {
        let instance = try instance(
            KubernetesFixture.pod("a-0", phase: phase, ready: false, status: #","reason":"Evicted","message":"disk""#))
        #expect(instance.status == status && !instance.ready)
        #expect(instance.kubernetes?.reason == "Evicted: disk")
    }

    @Test func `a machine that is lost takes the readiness of its pods`() throws {
        let lost = try instance(
            KubernetesFixture.pod("a-0", status: #","conditions":[{"type":"Ready","status":"False"}]"#))
        #expect(!lost.ready && lost.status == .booting && lost.streamUrl != nil)
    }

    @Test func `a terminated container is told with its exit code`() throws {
        let ended = try instance(
            KubernetesFixture.pod("a-0", ready: false, state: #"{"terminated":{"reason":"Error","exitCode":137}}"#))
        #expect(ended.streamUrl == nil && ended.kubernetes?.reason == "Error: exit code 137")
    }

    @Test func `an IPv6 address is put in brackets, and what is no address into no URL`() throws {
        #expect(try instance(KubernetesFixture.pod("a-0", ip: "fd00::7")).streamUrl == "http://[fd00::7]:3100")
        for bad in ["evil.example/x?", "10.0.0.1@host", "", "a b"] {
            #expect(try instance(KubernetesFixture.pod("a-0", ip: bad)).streamUrl == nil, "\(bad)")
        }
    }

    @Test(
        arguments: [
            ("loco-emulator-12", [:], 12), ("loco-emulator-2", ["apps.kubernetes.io/pod-index": "5"], 5),
            ("loco-emulator-2", ["apps.kubernetes.io/pod-index": "x"], 2), ("loco-7d9f-x2x4z", [:], nil),
            ("plain", [:], nil),
            ("a-+3", [:], nil), ("a-99999999999", [:], nil),
        ] as [(String, [String: String], Int?)])
    func `a pod's number is its label or its name's tail`(name: String, labels: [String: String], number: Int?) throws {
        #expect(try KubernetesFixture.pod(name, labels: labels).ordinal == number)
    }
}
