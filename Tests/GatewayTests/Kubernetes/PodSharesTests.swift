import Fleet
import Foundation
import Logging
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct PodSharesTests {
    private static let logger = Logger(label: "k") { _ in SwiftLogNoOpLogHandler() }

    /// Three pods that ask for a processor each, with an active set.
    private func withShares(
        cpu: String? = "1", _ body: @Sendable (KubernetesFixture, ActiveSet) async throws -> Void
    ) async throws {
        try await withKubernetes(pods: 0) { server in
            server.change { cluster in
                cluster.requests = cpu
                return [cluster.put("statefulsets", "loco-emulator", cluster.makeSet(3))]
            }
            server.scale(3)
        } _: { kube in
            let set = ActiveSet(logger: Self.logger)
            var limits = PodShares.Limits()
            (limits.gathering, limits.retry) = (.milliseconds(10), .milliseconds(100))
            let shares = PodShares(
                set: set, source: kube.source, nodes: KubernetesNodes(source: kube.source, client: kube.client),
                share: 0.25, limits: limits, logger: Self.logger)
            try await withRunning([shares], logger: Self.logger) { _ in
                try await eventually("pods are seen") { kube.numbers.count == 3 && kube.server.watchers == 1 }
                try await body(kube, set)
            }
        }
    }

    private func resizes(_ kube: KubernetesFixture) -> [String] {
        kube.server.requests.filter { $0.permission == "patch pods/resize" }.map { request in
            let body = try? JSON.decode(JSONValue.self, from: Data(request.body.utf8))
            guard case .array(let containers)? = body?["spec"]?["containers"] else { return "no containers" }
            let cpu = containers.first?["resources"]?["requests"]?["cpu"]?.string ?? "-"
            return "\(request.line.split(separator: "/").dropLast().last ?? "-") \(cpu)"
        }
    }

    @Test func `pods that are not in focus ask for a quarter, and for all again when nobody is`() async throws {
        try await withShares { kube, set in
            try await Task.sleep(for: .milliseconds(200))
            #expect(resizes(kube).isEmpty, "nobody is in focus")
            _ = try await set.set([InstanceID(ordinal: 1)])
            try await eventually("the others ask for less") {
                resizes(kube) == ["loco-emulator-0 250m", "loco-emulator-2 250m"]
            }
            _ = try await set.set([InstanceID(ordinal: 2)])
            try await eventually("the focus moves") {
                resizes(kube).dropFirst(2) == ["loco-emulator-1 250m", "loco-emulator-2 1000m"]
            }
            _ = try await set.set([])
            try await eventually("all are equal") {
                resizes(kube).dropFirst(4) == ["loco-emulator-0 1000m", "loco-emulator-1 1000m"]
            }
            try await Task.sleep(for: .milliseconds(300))
            #expect(resizes(kube).count == 6, "what is so is not asked for again")
            #expect(kube.published.last?.allSatisfy { $0.kubernetes?.shareObstacle == nil } == true)
        }
    }

    @Test func `a permission that is missing is asked for once a look, and told at the instances`() async throws {
        try await withShares { kube, set in
            kube.server.set(fault: .status(403, fixture: "error-403-delete-pod.json", on: "patch pods/resize"))
            _ = try await set.set([InstanceID(ordinal: 0)])
            try await eventually("it is told") {
                let told = kube.published.last?.map { $0.kubernetes?.shareObstacle }
                return told?[0] == nil && told?[1]?.contains("patch pods/resize") == true
                    && told?[2]?.contains("--set rbac.create=true") == true
            }
            #expect(Set(resizes(kube)) == ["loco-emulator-1 250m"])
            kube.server.set(fault: nil)
            try await eventually("it is given") {
                kube.published.last?.allSatisfy { $0.kubernetes?.shareObstacle == nil } == true
            }
        }
    }

    @Test func `pods that ask for nothing are told to be so`() async throws {
        try await withShares(cpu: nil) { kube, set in
            _ = try await set.set([InstanceID(ordinal: 0)])
            try await eventually("it is told") {
                kube.published.last?[1].kubernetes?.shareObstacle?.contains("asks for no cpu") == true
            }
            #expect(resizes(kube).isEmpty)
        }
    }
}
