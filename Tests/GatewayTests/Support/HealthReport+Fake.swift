import Foundation
import Probe

extension HealthReport {
    /// A report as a test wants it.
    static func fake(_ status: OverallStatus = .healthy, _ errors: [String] = []) -> HealthReport {
        var deep = DeepHealth()
        deep.qemuHealthy = status != .unhealthy
        deep.video.displayActive = status != .unhealthy
        deep.video.estimatedFrameRate = 30
        deep.audio.pulseRunning = true
        deep.audio.estimatedLevel = 0.25
        var report = HealthReport(instanceId: "instance-0", facts: HealthFacts(), deepHealth: deep)
        report.overallStatus = status
        report.failureType = status == .unhealthy || !errors.isEmpty ? .qemu : .none
        report.errors = errors
        report.viewers = 0
        return report
    }
}
