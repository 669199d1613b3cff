import Fleet
import Foundation
import NIOCore
import NIOHTTP1

/// What the hub can do with the pods, as far as the API lets it.
struct KubernetesNodes: Sendable {
    /// Times.
    struct Limits: Sendable {
        /// For another pod with a node that may be asked: a machine may have to pull the image first.
        var replacement = Duration.seconds(180)
        /// Between two looks at what the watch says.
        var look = Duration.milliseconds(100)
    }

    let source: KubernetesSource
    let client: KubernetesClient
    var limits = Limits()

    private var namespace: String { client.cluster.namespace }

    /// Deletes an instance's pod and returns when another one's node may be asked. The kubelet starts a container that
    /// fails again; this is for what it cannot see or mend.
    /// - Throws: ``NodeUntouched`` when the pod was not deleted; a 403 names the permission. ``KubernetesError`` otherwise.
    func restart(_ id: InstanceID) async throws {
        let pod: KubernetesPod
        do { pod = try await end(id) } catch let error as KubernetesError {
            await source.noteDeletion(error)
            throw NodeUntouched(error)
        }
        await source.noteDeletion(nil)
        let deadline = ContinuousClock.now + limits.replacement
        while ContinuousClock.now < deadline {
            if let node = await source.node(of: id), node.uid != pod.metadata.uid { return }
            try await Task.sleep(for: limits.look)
        }
        let now = await source.pod(of: id)
        throw KubernetesError.conflict(
            now?.metadata.uid == pod.metadata.uid
                ? "pod \(pod.metadata.name) was deleted and is still there after \(limits.replacement): its machine may be"
                    + " gone (kubectl get nodes)"
                : "pod \(pod.metadata.name) was deleted and no other one runs after \(limits.replacement)")
    }

    /// Has an instance's pod deleted, unless that is under way.
    private func end(_ id: InstanceID) async throws -> KubernetesPod {
        let standing = await source.standing
        if standing.isStale {
            throw KubernetesError.badSettings(
                "the pod of \(id) is not deleted while the Kubernetes API is away: \(standing.lastError ?? "")")
        }
        guard let pod = await source.pod(of: id) else {
            throw KubernetesError.notFound("\(id) has no pod now")
        }
        guard pod.hasController else {
            throw KubernetesError.conflict(
                "pod \(pod.metadata.name) belongs to no StatefulSet: nothing would make it again")
        }
        if !pod.isTerminating { try await delete(pod) }
        return pod
    }

    /// Deletes that very pod: not the one that may have its name by now.
    private func delete(_ pod: KubernetesPod) async throws {
        let options: JSONValue = .object([
            "kind": .string("DeleteOptions"), "apiVersion": .string("v1"),
            "preconditions": .object(["uid": .string(pod.metadata.uid)]),
        ])
        do {
            _ = try await client.send(
                .DELETE, "/api/v1/namespaces/\(namespace)/pods/\(pod.metadata.name)",
                body: ("application/json", JSON.encode(options)), permission: "delete pods")
        } catch let error as KubernetesError {
            switch error {
            // Somebody was faster; another one is on its way.
            case .notFound, .conflict: return
            default: throw error
            }
        }
    }

    /// Has a pod's container ask for that much of the processors, without being started again.
    /// - Throws: ``KubernetesError``; 403 names the permission.
    func resize(_ pod: KubernetesPod, container: String, millis: Int) async throws {
        let resources: JSONValue = .object(["requests": .object(["cpu": .string("\(millis)m")])])
        let patch: JSONValue = .object([
            // Of that very pod.
            "metadata": .object(["uid": .string(pod.metadata.uid)]),
            "spec": .object(["containers": .array([.object(["name": .string(container), "resources": resources])])]),
        ])
        _ = try await client.send(
            .PATCH, "/api/v1/namespaces/\(namespace)/pods/\(pod.metadata.name)/resize",
            body: ("application/strategic-merge-patch+json", JSON.encode(patch)), permission: "patch pods/resize")
    }

    /// Wants that many pods of the StatefulSet.
    /// - Throws: ``KubernetesError``; 403 names the permission.
    func scale(_ replicas: Int) async throws {
        let patch: JSONValue = .object(["spec": .object(["replicas": .number(Double(replicas))])])
        let set = client.cluster.statefulSet
        _ = try await client.send(
            .PATCH, "/apis/apps/v1/namespaces/\(namespace)/statefulsets/\(set)/scale",
            body: ("application/merge-patch+json", JSON.encode(patch)), permission: "patch statefulsets/scale")
    }
}
