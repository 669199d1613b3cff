import Fleet
import Probe

/// What metrics tell of the guest's health, its services, and what was done about them.
struct HealthFigures: Sendable {
    /// The newest report.
    var report: HealthReport
    var services: [ServiceStatus]
    var tally: HealthTally

    /// Writes the families; a value that is not measured has no sample.
    func write(to page: inout PrometheusText, instance: String) {
        let own = [("instance", instance)]
        writeVerdict(to: &page, own)
        writeMeasurements(to: &page, own)
        writeServices(to: &page, own)
        writeRecoveries(to: &page, own)
    }

    private func writeVerdict(to page: inout PrometheusText, _ own: [(String, String)]) {
        page.family("loco_health", .gauge, "1 for the status that the instance has.")
        for status in OverallStatus.allCases {
            page.sample("loco_health", own + [("status", status.rawValue)], report.overallStatus == status ? 1 : 0)
        }
        page.family("loco_failure", .gauge, "1 for where the failure is; none without one.")
        for failure in FailureClass.allCases {
            page.sample("loco_failure", own + [("class", failure.rawValue)], report.failureType == failure ? 1 : 0)
        }
    }

    private func writeMeasurements(to page: inout PrometheusText, _ own: [(String, String)]) {
        func gauge(_ name: String, _ help: String, _ value: Double?) {
            page.family(name, .gauge, help)
            if let value { page.sample(name, own, value) }
        }
        let deep = report.deepHealth
        gauge(
            "loco_changed_fps", "Frames per second that differ from the one before, at the capture.",
            deep.video.estimatedFrameRate)
        gauge("loco_audio_level", "Level of the guest's sound, 0 to 1, linear.", deep.audio.estimatedLevel)
        gauge("loco_qemu_cpu_percent", "Processor time of QEMU, per cent of one core.", deep.performance.qemuCPU)
        gauge("loco_qemu_memory_percent", "RAM of QEMU, per cent of the host's.", deep.performance.qemuMemory)
        page.family("loco_network_errors_total", .counter, "Errors of the guest's network interface.")
        for (direction, count) in [("tx", deep.network.txErrors), ("rx", deep.network.rxErrors)] {
            guard let count else { continue }
            page.sample("loco_network_errors_total", own + [("direction", direction)], Double(count))
        }
    }

    private func writeServices(to page: inout PrometheusText, _ own: [(String, String)]) {
        page.family("loco_service_up", .gauge, "1 while the service runs.")
        for service in services {
            page.sample("loco_service_up", own + [("service", service.name)], service.state == .running ? 1 : 0)
        }
        page.family("loco_service_restarts_total", .counter, "Starts of the service after ends nobody asked for.")
        for service in services {
            page.sample("loco_service_restarts_total", own + [("service", service.name)], Double(service.restarts))
        }
        page.family("loco_crashes_total", .counter, "Ends nobody asked for, by service and class.")
        let crashes = tally.crashes.map { ($0.key.service, $0.key.crashClass, $0.value) }
        for (service, crashClass, count) in crashes.sorted(by: <) {
            page.sample("loco_crashes_total", own + [("service", service), ("class", crashClass)], Double(count))
        }
    }

    private func writeRecoveries(to page: inout PrometheusText, _ own: [(String, String)]) {
        page.family("loco_recoveries_total", .counter, "Attempts to mend the instance that are over.")
        let attempts = tally.recoveries.map { ($0.key.strategy.rawValue, $0.key.outcome.rawValue, $0.value) }
        for (strategy, outcome, count) in attempts.sorted(by: <) {
            page.sample(
                "loco_recoveries_total", own + [("strategy", strategy), ("outcome", outcome)], Double(count))
        }
        page.family(
            "loco_recovery_seconds", .histogram, "From an attempt's beginning to the good measurements after it.")
        page.sample("loco_recovery_seconds", own, tally.durations.reading)
    }
}
