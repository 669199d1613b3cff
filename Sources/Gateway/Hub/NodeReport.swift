import Fleet
import Foundation
import Probe

/// An instance's health as the hub tells it: its node's own report, or what the node's silence says.
struct NodeReport: Sendable {
    let instance: Instance
    let state: NodeState

    /// The report; `nil` while the node has neither reported nor failed to.
    var health: HealthReport? {
        guard var report = state.failure == nil ? state.report : silence else { return nil }
        if report.kubernetes == nil { report.kubernetes = place }
        return report
    }

    /// Its place in a cluster; `nil` outside one.
    private var place: HealthReport.Kubernetes? {
        guard let kubernetes = instance.kubernetes, let pod = instance.podName else { return nil }
        return .init(namespace: kubernetes.namespace, podName: pod, discoveredAt: instance.discoveredAt)
    }

    /// What is wrong with a node that does not report; `nil` for one that does.
    var evidence: Evidence? {
        guard let failure = state.failure else { return nil }
        let reason =
            switch failure {
            case .refused: "the node does not run although its host answers"
            case .silent: "the node says nothing although its host answers"
            case .timeout: "unreachable: nothing comes back from the node's host"
            case .badAnswer: "the node answers with something else than reports"
            }
        return Evidence(part: .node, reason: reason, value: state.failureMessage ?? failure.rawValue)
    }

    /// A live host without its node is a failure of what runs there; one that nothing comes back from is cut off.
    private var silence: HealthReport? {
        guard let failure = state.failure, let evidence else { return nil }
        let contact: NodeContact =
            switch failure {
            case .refused: .refused
            case .silent: .silent
            case .timeout: .timedOut
            case .badAnswer: .garbled
            }
        var report = HealthReport(instanceId: instance.id.rawValue, contact: contact)
        report.recoveryNeeded = state.failures >= NodeRecovery.checks
        report.errors = [evidence.reason]
        report.evidence = [evidence]
        return report
    }

    private static func json(_ place: HealthReport.Kubernetes?) -> JSONValue {
        guard let place else { return .null }
        return (try? JSON.decode(JSONValue.self, from: Data(JSON.encode(place).readableBytesView))) ?? .null
    }

    /// The report as JSON, with the age of the last one that came.
    func json(at now: ContinuousClock.Instant = .now) -> JSONValue {
        let age = state.reportAge(at: now).map(JSONValue.number) ?? .null
        guard let health, let data = try? health.json(),
            case .object(var fields)? = try? JSON.decode(JSONValue.self, from: data)
        else {
            return .object([
                "instanceId": .string(instance.id.rawValue), "timestamp": .string(Date().formatted(.iso8601)),
                "overallStatus": .null, "deepHealth": .null, "failureType": "none", "recoveryNeeded": .bool(false),
                "errors": .array([]), "evidence": .array([]), "kubernetes": Self.json(place), "reportAge": age,
            ])
        }
        fields["reportAge"] = age
        return .object(fields)
    }
}
