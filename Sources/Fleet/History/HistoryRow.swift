import Foundation
import GRDB

/// What the history keeps of an event: made where the event is told, written later.
enum HistoryRow: Sendable {
    case crash(InstanceID, CrashRecord, json: Data)
    case recovery(InstanceID, RecoveryRecord, json: Data)
    case service(InstanceID, ServiceStatus, Date, json: Data)

    /// Rows kept of each instance, the newest.
    static let limit = 1000

    /// Nil for events that are not kept.
    init?(_ event: FleetEvent) throws {
        switch event.kind {
        case .crash(let crash): self = .crash(event.instance, crash, json: try JSONEncoder().encode(crash))
        case .recovery(let record): self = .recovery(event.instance, record, json: try JSONEncoder().encode(record))
        case .service(let status):
            self = .service(event.instance, status, event.time, json: try JSONEncoder().encode(status))
        case .health, .viewer, .instance, .recording: return nil
        }
    }

    /// Writes it; once more changes nothing.
    func write(_ db: Database) throws {
        switch self {
        case .crash(let instance, let crash, let json):
            try db.execute(
                sql: "INSERT OR IGNORE INTO crashes VALUES (?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    instance.rawValue, crash.service, crash.pid, Int64(crash.time.timeIntervalSince1970.rounded(.down)),
                    crash.time.timeIntervalSince1970, crash.crashClass.rawValue, json,
                ])
            try Self.trim("crashes", by: "time", instance, db)
        case .recovery(let instance, let record, let json):
            // Of an attempt that is told again late, the end stands.
            try db.execute(
                sql: """
                    INSERT INTO recoveries VALUES (?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET strategy = excluded.strategy, outcome = excluded.outcome,
                        endedAt = excluded.endedAt, record = excluded.record
                    WHERE recoveries.endedAt IS NULL OR excluded.endedAt IS NOT NULL
                    """,
                arguments: [
                    record.id.uuidString, instance.rawValue, record.strategy.rawValue, record.outcome?.rawValue,
                    record.startedAt.timeIntervalSince1970, record.endedAt?.timeIntervalSince1970, json,
                ])
            try Self.trim("recoveries", by: "startedAt", instance, db)
        case .service(let instance, let status, let time, let json):
            try db.execute(
                sql: """
                    INSERT INTO services VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (instance, service) DO UPDATE SET state = excluded.state,
                        failures = excluded.failures, time = excluded.time, status = excluded.status
                    WHERE excluded.time >= services.time
                    """,
                arguments: [
                    instance.rawValue, status.name, status.state.rawValue, status.failures, time.timeIntervalSince1970,
                    json,
                ])
        }
    }

    private static func trim(_ table: String, by column: String, _ instance: InstanceID, _ db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM \(table) WHERE rowid IN (
                    SELECT rowid FROM \(table) WHERE instance = ? ORDER BY \(column) DESC LIMIT -1 OFFSET \(limit))
                """, arguments: [instance.rawValue])
    }
}
