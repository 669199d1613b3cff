import Foundation

/// What one pod says about its instance: a pure function.
///
/// `phase: Running` is not enough: a pod in it may crash again and again, may have lost its machine, or may be on its way
/// out. Why it is not ready is told with it.
struct PodInstance: Sendable {
    let pod: KubernetesPod
    let set: KubernetesStatefulSet?
    let nodePort: Int

    /// Whether it is gone, and another is expected in its place.
    var isAwaited = false

    /// Words that say that all goes well.
    private static let usual: Set<String> = ["ContainerCreating", "PodInitializing", "ContainersNotReady"]

    /// The guest's own container; all there are in a pod where none has its name.
    private var containers: [KubernetesPod.Container] {
        let all = pod.status?.containerStatuses ?? []
        let own = all.filter { $0.name == "emulator" }
        return own.isEmpty ? all : own
    }

    private var phase: String { pod.status?.phase ?? "Pending" }

    private func condition(_ type: String) -> KubernetesPod.Condition? {
        pod.status?.conditions?.first { $0.type == type }
    }

    /// Running, all containers ready, and not on its way out.
    var isReady: Bool {
        let all = pod.status?.containerStatuses ?? []
        return !isAwaited && phase == "Running" && !pod.isTerminating && !all.isEmpty && all.allSatisfy(\.ready)
            && (condition("Ready")?.status ?? "True") == "True"
    }

    /// How far it has got, by itself; its node knows more.
    var status: InstanceStatus {
        if isReady { return .ready }
        if isAwaited { return .booting }
        if pod.isTerminating {
            return pod.ordinal.map { set?.wants($0) == true } == true ? .booting : .unknown
        }
        return switch phase {
        case "Running", "Pending": .booting
        case "Failed": .error
        default: .unknown
        }
    }

    /// Where its node listens; nil before its container runs and after it ended. A pod that is not ready has a node too,
    /// which knows why.
    var url: String? {
        guard !isAwaited, phase == "Running" || phase == "Unknown", let ip = pod.status?.podIP, Self.isAddress(ip),
            !containers.isEmpty, containers.allSatisfy({ $0.state?.running != nil && $0.started != false })
        else { return nil }
        return "http://\(ip.contains(":") ? "[\(ip)]" : ip):\(nodePort)"
    }

    /// Why it is not ready, in the API's words; nil for one that is.
    var reason: String? {
        guard !isReady else { return nil }
        if isAwaited { return "its pod was deleted and another one is awaited" }
        if pod.isTerminating { return "its pod is being deleted" }
        func sentence(_ reason: String?, _ message: String?) -> String? {
            let parts = [reason, message].compactMap(\.self).filter { !$0.isEmpty }
            return parts.isEmpty ? nil : String(parts.joined(separator: ": ").prefix(300))
        }
        if let own = sentence(pod.status?.reason, pod.status?.message) { return own }
        let states = (pod.status?.containerStatuses ?? []).compactMap(\.state)
        if let waiting = states.lazy.compactMap(\.waiting).first(where: { !Self.usual.contains($0.reason ?? "") }) {
            return sentence(waiting.reason ?? "Waiting", waiting.message)
        }
        if let ended = states.lazy.compactMap(\.terminated).first {
            return sentence(ended.reason ?? "Terminated", ended.message ?? ended.exitCode.map { "exit code \($0)" })
        }
        if let scheduled = condition("PodScheduled"), scheduled.status != "True" {
            return sentence(scheduled.reason ?? "Unscheduled", scheduled.message)
        }
        if let waiting = states.lazy.compactMap(\.waiting).first { return sentence(waiting.reason, waiting.message) }
        if let ready = condition("Ready"), ready.status != "True" { return sentence(ready.reason, ready.message) }
        return nil
    }

    /// The instance; nil for a pod without a number.
    func instance(discoveredAt: Date) -> Instance? {
        guard let ordinal = pod.ordinal else { return nil }
        var instance = Instance(
            id: InstanceID(ordinal: ordinal),
            name: ordinal == 0 ? "Windows 98 - Game Server" : "Windows 98 - Client \(ordinal)",
            status: status, discoveredAt: discoveredAt)
        let ip = isAwaited ? nil : pod.status?.podIP
        let place = pod.spec?.nodeName.map { " on \($0)" } ?? ""
        instance.description = "pod \(pod.metadata.name)\(place)\(reason.map { ": \($0)" } ?? "")"
        instance.podName = pod.metadata.name
        instance.podIP = ip
        instance.streamUrl = url
        instance.healthUrl = url.map { $0 + "/health" }
        instance.ready = isReady
        var kubernetes = Instance.Kubernetes(
            namespace: pod.metadata.namespace, nodeName: pod.spec?.nodeName, podIP: ip,
            startTime: isAwaited ? nil : pod.status?.startTime)
        kubernetes.phase = isAwaited ? nil : phase
        kubernetes.reason = reason
        kubernetes.statefulSet = set.map {
            .init(
                name: $0.metadata.name, replicas: $0.spec?.replicas ?? 1, readyReplicas: $0.status?.readyReplicas ?? 0)
        }
        instance.kubernetes = kubernetes
        return instance
    }

    /// Nothing but an address may get into a URL.
    private static func isAddress(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 45
            && text.utf8.allSatisfy {
                (0x30...0x3a).contains($0) || (0x61...0x66).contains($0 | 0x20) || $0 == UInt8(ascii: ".")
            }
    }
}
