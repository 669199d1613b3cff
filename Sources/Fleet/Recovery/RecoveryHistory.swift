import Foundation

/// The newest attempts, a bounded number of them.
struct RecoveryHistory: Sendable {
    /// Attempts that are kept.
    static let limit = 50

    /// The attempts by their beginning, the newest first.
    private(set) var newestFirst: [RecoveryRecord] = []

    /// Takes a record; one of the same id is replaced, unless that would take its end back.
    mutating func note(_ record: RecoveryRecord) {
        if let index = newestFirst.firstIndex(where: { $0.id == record.id }) {
            if record.endedAt != nil || newestFirst[index].endedAt == nil { newestFirst[index] = record }
            return
        }
        let index = newestFirst.firstIndex { $0.startedAt <= record.startedAt } ?? newestFirst.endIndex
        newestFirst.insert(record, at: index)
        if newestFirst.count > Self.limit { newestFirst.removeLast() }
    }

    /// Takes records of an earlier life. What was under way then never came to its end.
    mutating func remember(_ earlier: [RecoveryRecord], under way: [RecoveryRecord]) {
        for var record in earlier where !way.contains(where: { $0.id == record.id }) {
            if record.endedAt == nil {
                record.endedAt = record.startedAt
                record.outcome = .aborted
                record.detail = "the node ended before it was verified"
            }
            note(record)
        }
    }
}
