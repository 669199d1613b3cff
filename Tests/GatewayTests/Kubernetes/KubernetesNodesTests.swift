import Fleet
import Foundation
import Logging
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct KubernetesNodesTests {
    private func nodes(_ kube: KubernetesFixture) -> KubernetesNodes {
        var limits = KubernetesNodes.Limits()
        limits.replacement = .seconds(2)
        return KubernetesNodes(source: kube.source, client: kube.client, limits: limits)
    }

    private func seen(_ kube: KubernetesFixture, _ count: Int) async throws {
        try await eventually("pods are seen") { kube.numbers.count == count && kube.server.watchers == 1 }
    }

    @Test func `a node is mended by deleting that very pod, and is up when another one runs`() async throws {
        try await withKubernetes(pods: 2) { kube in
            try await seen(kube, 2)
            let old = await kube.source.node(of: InstanceID(ordinal: 1))
            try await nodes(kube).restart(InstanceID(ordinal: 1))
            let new = await kube.source.node(of: InstanceID(ordinal: 1))
            #expect(new?.uid != old?.uid && new?.url == "http://127.0.1.12:3100")
            let request = kube.server.requests.first { $0.permission == "delete pods" }
            #expect(request?.line == "DELETE /api/v1/namespaces/loco/pods/loco-emulator-1")
            #expect(request?.body.contains(#""preconditions":{"uid":"\#(old?.uid ?? "-")"}"#) == true)
            #expect(kube.published.allSatisfy { $0.count == 2 }, "it is the same instance all the while")
        }
    }

    @Test func `a permission that is missing is named`() async throws {
        try await withKubernetes(pods: 1) { kube in
            try await seen(kube, 1)
            kube.server.set(fault: .status(403, fixture: "error-403-delete-pod.json", on: "delete"))
            await #expect {
                try await nodes(kube).restart(InstanceID(ordinal: 0))
            } throws: {
                "\($0)".contains("delete pods in namespace loco") && "\($0)".contains("--set rbac.create=true")
                    && $0 is NodeUntouched
            }
            kube.server.set(fault: .status(403, fixture: "error-403-delete-pod.json", on: "patch statefulsets/scale"))
            await #expect {
                try await nodes(kube).scale(3)
            } throws: {
                "\($0)".contains("patch statefulsets/scale")
            }
        }
    }

    @Test func `a pod that nothing would make again is left alone`() async throws {
        try await withKubernetes { server in
            server.change { [$0.put("pods", "loco-emulator-0", $0.makePod(0, owner: false))] }
        } _: { kube in
            try await seen(kube, 1)
            await #expect {
                try await nodes(kube).restart(InstanceID(ordinal: 0))
            } throws: {
                "\($0)".contains("belongs to no StatefulSet")
            }
            #expect(!kube.server.requests.contains { $0.permission == "delete pods" })
        }
    }

    @Test func `nothing is deleted while the API is away or a pod has not come back`() async throws {
        try await withKubernetes(pods: 1) { kube in
            try await seen(kube, 1)
            kube.server.set(recreates: false)
            await #expect {
                try await nodes(kube).restart(InstanceID(ordinal: 0))
            } throws: {
                "\($0)".contains("was deleted and no other one runs after") && !($0 is NodeUntouched)
            }
            await kube.server.stop()
            try await eventually("it is stale") { await kube.source.standing.isStale }
            await #expect {
                try await nodes(kube).restart(InstanceID(ordinal: 0))
            } throws: {
                "\($0)".contains("while the Kubernetes API is away") && $0 is NodeUntouched
            }
        }
    }

    @Test func `scaling asks for that many pods of the set`() async throws {
        try await withKubernetes(pods: 1) { kube in
            try await seen(kube, 1)
            try await nodes(kube).scale(3)
            try await eventually("three are seen", within: .seconds(1)) { kube.numbers == [0, 1, 2] }
            let request = kube.server.requests.first { $0.permission == "patch statefulsets/scale" }
            #expect(
                request?.line == "PATCH /apis/apps/v1/namespaces/loco/statefulsets/loco-emulator/scale"
                    && request?.body == #"{"spec":{"replicas":3}}"#)
        }
    }
}
