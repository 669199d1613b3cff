import Foundation
import Probe

extension HealthReport {
    /// A report that accuses the parts given, severely, and those given as mild besides.
    static func made(
        _ severe: [Evidence.Part] = [], mild: [Evidence.Part] = [], failure: FailureClass? = nil,
        services: [String: String] = [:], at time: Date = Date()
    ) -> HealthReport {
        var report = HealthReport(
            instanceId: "instance-0", timestamp: time, facts: HealthFacts(), deepHealth: DeepHealth())
        report.evidence =
            severe.map { Evidence(part: $0, reason: "\($0) is bad", value: "down") }
            + mild.map { Evidence(part: $0, reason: "\($0) is poor", value: "95 %", isSevere: false) }
        let network = severe.contains(.network) || severe.contains(.node)
        let guest = severe.contains { [.qemu, .display, .capture, .sound, .disk].contains($0) }
        report.failureType =
            failure
            ?? (network && guest
                ? .mixed : network ? .network : guest ? .qemu : mild.contains(.viewer) ? .client : .none)
        report.recoveryNeeded = !severe.isEmpty
        report.overallStatus = !severe.isEmpty ? .unhealthy : mild.isEmpty ? .healthy : .degraded
        report.errors = report.evidence.map(\.reason)
        report.services = services.sorted { $0.key < $1.key }.map {
            Service(name: $0.key, state: $0.value, pid: nil, uptime: nil, restarts: 0)
        }
        return report
    }
}
