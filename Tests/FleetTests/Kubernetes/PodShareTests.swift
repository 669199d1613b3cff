import Foundation
import Testing

@testable import Fleet

@Suite(.timeLimit(.minutes(1)))
struct PodShareTests {
    private func containers(_ cpu: String?, limit: String? = nil) -> String {
        let requests = cpu.map { #""requests":{"cpu":"\#($0)"}"# }
        let limits = limit.map { #""limits":{"cpu":"\#($0)"}"# }
        let resources = [requests, limits].compactMap(\.self).joined(separator: ",")
        return #"[{"name":"proxy"},{"name":"emulator","resources":{\#(resources)}}]"#
    }

    private func pod(_ cpu: String?, limit: String? = nil) throws -> KubernetesPod {
        let text = #"{"metadata":{"name":"a-0"},"spec":{"containers":\#(containers(cpu, limit: limit))}}"#
        return try KubernetesJSON.decode(KubernetesPod.self, from: Data(text.utf8))
    }

    private func set(_ cpu: String?) throws -> KubernetesStatefulSet {
        let text = #"{"metadata":{},"spec":{"template":{"spec":{"containers":\#(containers(cpu))}}}}"#
        return try KubernetesJSON.decode(KubernetesStatefulSet.self, from: Data(text.utf8))
    }

    @Test(
        arguments: [
            ("1", "1", 0.25, .resize(container: "emulator", millis: 250)), ("250m", "1", 0.25, .none),
            ("250m", "1", 1, .resize(container: "emulator", millis: 1000)), ("500m", "0.5", 1, .none),
            ("2", "2", 0.1, .resize(container: "emulator", millis: 200)),
            ("4m", "4m", 0.01, .resize(container: "emulator", millis: 2)),
        ] as [(String, String, Double, PodShare.Step)])
    func `a share is one of what the template asks for`(
        now: String, whole: String, share: Double, step: PodShare.Step
    ) throws {
        #expect(try PodShare.step(for: pod(now), of: set(whole), share: share) == step)
    }

    @Test func `what cannot be changed is told with its remedy`() throws {
        func why(_ step: PodShare.Step) -> String { if case .obstacle(let why) = step { why } else { "\(step)" } }
        #expect(why(PodShare.step(for: try pod("1"), of: nil, share: 0.25)).contains("StatefulSet is not known"))
        #expect(
            why(PodShare.step(for: try pod(nil), of: try set(nil), share: 0.25))
                .contains("emulator.resources.requests.cpu"))
        #expect(
            why(PodShare.step(for: try pod("1", limit: "1000m"), of: try set("1"), share: 0.25)).contains("Guaranteed"))
    }

    @Test(
        arguments: [
            ("1", 1000), ("1500m", 1500), ("0.1", 100), ("2k", 2_000_000), ("100u", 0.1), ("", nil), ("m", nil),
            ("-1", nil),
            ("1e3", nil), ("x", nil),
        ] as [(String, Double?)])
    func `quantities are read`(text: String, millis: Double?) {
        #expect(PodShare.millis(text) == millis)
    }
}
