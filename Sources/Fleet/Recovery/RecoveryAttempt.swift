import Foundation
import Probe

/// One attempt under way: the records of its steps and what the measurements after it said so far.
struct RecoveryAttempt: Sendable {
    /// Tells it from earlier ones whose tasks still run.
    let number: Int
    /// A supervisor does it; here it is recorded and verified.
    let isSupervised: Bool
    /// One per step that began.
    var records: [RecoveryRecord] = []
    /// What the actions threw, by their record.
    var errors: [UUID: String] = [:]
    /// When the last action ended; nil while one is under way.
    private(set) var actedAt: Date?
    /// The newest measurement after that.
    private(set) var proof: HealthReport?
    private var good = 0

    init(number: Int, isSupervised: Bool) {
        self.number = number
        self.isSupervised = isSupervised
    }

    /// Every action failed: there is nothing to verify.
    var allFailed: Bool { !records.isEmpty && records.allSatisfy { errors[$0.id] != nil } }

    /// The actions are over; measurements from now on count.
    mutating func acted(at time: Date) {
        actedAt = time
        (proof, good) = (nil, 0)
    }

    /// A measurement. One that is not newer than the actions' end proves nothing.
    ///
    /// - Returns: good measurements in a row.
    mutating func verify(_ report: HealthReport, _ finding: RecoveryPolicy.Finding) -> Int {
        guard let actedAt, report.timestamp > actedAt else { return 0 }
        proof = report
        good = finding == .good ? good + 1 : 0
        return good
    }

    /// The records as they end, with the whole attempt's `outcome`.
    ///
    /// Of an attempt of several steps that failed, a step whose own part the measurements do not accuse any more did what
    /// it should.
    func ended(_ outcome: RecoveryRecord.Outcome, detail: String?, at time: Date) -> [RecoveryRecord] {
        records.map { record in
            var record = record
            record.endedAt = time
            record.outcome = outcome
            record.detail = errors[record.id] ?? detail
            if outcome == .failed, records.count > 1, errors[record.id] == nil, let proof, !proof.evidence.isEmpty {
                let parts = RecoveryPlan.parts(of: record.strategy)
                if !proof.evidence.contains(where: { $0.isSevere && parts.contains($0.part) }) {
                    record.outcome = .recovered
                }
            }
            return record
        }
    }
}
