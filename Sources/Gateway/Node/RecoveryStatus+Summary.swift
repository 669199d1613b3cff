import Fleet
import Probe

extension RecoveryStatus {
    /// What a health report tells of it.
    var summary: HealthReport.Recovery {
        .init(
            attempts: attempts, maxAttempts: maxAttempts, isRecovering: isRecovering,
            strategy: history.first?.strategy.rawValue, outcome: history.first?.outcome?.rawValue)
    }
}
