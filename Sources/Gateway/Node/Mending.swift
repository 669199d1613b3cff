import Fleet
import Probe

/// What the node needs of whoever decides when and how its guest is mended.
protocol Mending: Sendable {
    /// Attempts as they begin and end; each access is a reader of its own.
    var records: AsyncStream<RecoveryRecord> { get }
    /// What has been tried.
    var status: RecoveryStatus { get async }

    /// Takes a measured report; does not wait for what it decides.
    func note(_ report: HealthReport) async
    /// A process of the guest ended without being asked to.
    func processEnded(_ crash: CrashRecord) async
    /// Somebody asks for an attempt.
    ///
    /// - Throws: why none begins.
    func recover(force: Bool, strategy: RecoveryStrategy?) async throws -> RecoveryRecord
    /// Ends what is under way.
    func stop() async
}

extension Recovery: Mending where C == ContinuousClock {}
