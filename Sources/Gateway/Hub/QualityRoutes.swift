import Fleet
import Foundation
import Hummingbird

/// `/api/quality`: the nodes' own reports, put together.
struct QualityRoutes: Sendable {
    let registry: InstanceRegistry
    let health: NodeHealth

    func add(to routes: HTTPService.Routes) {
        routes.get("/api/quality/deep-health") { _, _ in
            var reports: [String: JSONValue] = [:]
            for instance in await registry.all() { reports[instance.id.rawValue] = await report(instance) }
            return Response.json(reports)
        }
        routes.get("/api/quality/deep-health/{id}") { _, context in
            let id = context.parameters.get("id") ?? ""
            guard let instance = await registry.find(id) else {
                throw APIError(
                    .notFound, "unknown-instance", "there is no instance '\(id)'; GET /api/instances lists them")
            }
            return Response.json(await report(instance))
        }
    }

    private func report(_ instance: Instance) async -> JSONValue {
        Self.report(instance, await health.state(of: instance.id), now: Date())
    }

    /// A node's report with its age; for a node that does not answer, what that alone says.
    static func report(_ instance: Instance, _ state: NodeState, now: Date) -> JSONValue {
        let age = state.reportedAt.map { JSONValue.number((now.timeIntervalSince($0) * 10).rounded() / 10) } ?? .null
        if state.isReachable, case .object(var fields)? = state.report {
            fields["reportAge"] = age
            return .object(fields)
        }
        // A host that refuses is alive and its node is not; one from which nothing comes may be cut off.
        let (failureType, error): (String, String?) =
            switch state.failure {
            case .refused: ("qemu", "the node does not answer although its host does")
            case .timeout: ("network", "nothing comes back from the node")
            case .badAnswer: ("qemu", "the node's answer is no report")
            case nil: ("none", nil)
            }
        return .object([
            "instanceId": .string(instance.id.rawValue),
            "timestamp": .string(now.formatted(.iso8601)),
            "overallStatus": state.failure == nil ? .null : .string("unhealthy"),
            "deepHealth": .null,
            "failureType": .string(failureType),
            "recoveryNeeded": .bool(state.failures >= 3),
            "errors": .array(error.map { [.string($0)] } ?? []),
            "kubernetes": .null,
            "reportAge": age,
        ])
    }
}
