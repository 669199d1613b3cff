import Foundation
import GRDB
import Logging
import Synchronization

/// Crashes, recoveries and the last state of services in a SQLite file, across restarts.
///
/// Writes happen on the database's own queue. One that fails (a full disk) is logged, and kept to be tried again with the
/// next one; nobody who tells events has to mind.
///
/// ```swift
/// let history = HistoryStore.open(path: "/var/lib/loco/history.sqlite", logger: logger)
/// await history.record(event)
/// let crashes = try await history.crashes(instance: id, limit: 20)
/// ```
public final class HistoryStore: Sendable {
    /// Events that wait for a file that cannot be written; the oldest is lost beyond.
    static let maxPending = 512
    private static let complaintInterval = Duration.seconds(60)

    private struct State {
        var pending: [HistoryRow] = []
        var lost = 0
        var failures = 0
        var complainedAt: ContinuousClock.Instant?
    }

    /// The file; nil when it is kept in memory.
    public let path: String?

    private let writer: any DatabaseWriter
    private let logger: Logger
    private let state = Mutex(State())

    /// Opens the file, or makes it with its tables.
    ///
    /// - Parameter path: only its owner can read the file, which holds what guests wrote to their logs.
    /// - Throws: ``HistoryError``.
    public init(path: String, logger: Logger = Logger(label: "history")) throws {
        self.path = path
        self.logger = logger
        do {
            try Self.make(path)
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.label = "history"
            configuration.prepareDatabase { db in
                // In WAL mode a power cut can cost the last rows, never the file.
                try db.execute(sql: "PRAGMA synchronous = NORMAL")
                // The log stays at some 64 pages: each row touches several, and 4 MB of log by default is more than the rows.
                try db.execute(sql: "PRAGMA wal_autocheckpoint = 64")
            }
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.write { db in
                let verdict = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "no answer"
                guard verdict == "ok" else { throw HistoryError.damaged(path: path, reason: verdict) }
            }
            guard try !pool.read(HistorySchema.migrator.hasBeenSuperseded) else {
                throw HistoryError.newerSchema(path: path)
            }
            try HistorySchema.migrator.migrate(pool)
            writer = pool
        } catch {
            throw HistoryError(error, path: path)
        }
    }

    /// A history in memory, which lasts as long as it does itself.
    public init(inMemory logger: Logger = Logger(label: "history")) throws {
        path = nil
        self.logger = logger
        do {
            let queue = try DatabaseQueue()
            try HistorySchema.migrator.migrate(queue)
            writer = queue
        } catch {
            throw HistoryError(error, path: ":memory:")
        }
    }

    /// The history in the file; where that cannot be, the reason and its remedy are logged, and it is kept in memory.
    ///
    /// - Throws: ``HistoryError`` when there is not even memory for it.
    public static func open(path: String, logger: Logger) throws -> HistoryStore {
        do {
            return try HistoryStore(path: path, logger: logger)
        } catch {
            logger.error("the history is kept in memory until the next start", metadata: ["error": "\(error)"])
            return try HistoryStore(inMemory: logger)
        }
    }

    /// Writes that failed, and events that were lost to them, since it was opened.
    public var failures: (writes: Int, lost: Int) { state.withLock { ($0.failures, $0.lost) } }

    /// Keeps a crash, an attempt to mend, or a service's state; other events are none of its business. The same one may
    /// come again.
    public func record(_ event: FleetEvent) async {
        do {
            guard let row = try HistoryRow(event) else { return }
            state.withLock { $0.pending.append(row) }
            try await flush()
        } catch {
            complain(error)
        }
    }

    /// Crashes, the newest first.
    ///
    /// - Parameters:
    ///   - instance: of this one; of all when nil.
    ///   - service: of this service alone.
    ///   - limit: at most that many.
    /// - Throws: ``HistoryError``.
    public func crashes(instance: InstanceID? = nil, service: String? = nil, limit: Int = 50) async throws
        -> [KeptCrash]
    {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT instance, record FROM crashes
                    WHERE instance = ifnull(?, instance) AND service = ifnull(?, service)
                    ORDER BY time DESC LIMIT ?
                    """, arguments: [instance?.rawValue, service, max(0, limit)]
            ).map { row in
                KeptCrash(
                    instance: try Self.instance(row),
                    crash: try JSONDecoder().decode(CrashRecord.self, from: row["record"]))
            }
        }
    }

    /// Attempts to mend, the newest first.
    ///
    /// - Throws: ``HistoryError``.
    public func recoveries(instance: InstanceID? = nil, limit: Int = 50) async throws -> [RecoveryRecord] {
        try await read { db in
            try Data.fetchAll(
                db,
                sql: """
                    SELECT record FROM recoveries WHERE instance = ifnull(?, instance)
                    ORDER BY startedAt DESC LIMIT ?
                    """, arguments: [instance?.rawValue, max(0, limit)]
            ).map { try JSONDecoder().decode(RecoveryRecord.self, from: $0) }
        }
    }

    /// The last state of every service that was told of, by instance and name.
    ///
    /// - Throws: ``HistoryError``.
    public func services(instance: InstanceID? = nil) async throws -> [KeptService] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT instance, status, time FROM services WHERE instance = ifnull(?, instance)
                    ORDER BY instance, service
                    """, arguments: [instance?.rawValue]
            ).map { row in
                KeptService(
                    instance: try Self.instance(row),
                    status: try JSONDecoder().decode(ServiceStatus.self, from: row["status"]),
                    time: Date(timeIntervalSince1970: row["time"]))
            }
        }
    }

    /// Writes what waits, then closes the file, whether that could be written or not.
    public func close() async {
        do {
            try await flush()
            // One whole file, for those who copy it.
            if path != nil { try await writer.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) } }
        } catch {
            complain(error)
        }
        do { try writer.close() } catch { complain(error) }
    }

    private func flush() async throws {
        let rows = state.withLock { state in
            defer { state.pending = [] }
            return state.pending
        }
        guard !rows.isEmpty else { return }
        do {
            // A task of its own: GRDB gives a write up when its caller is cancelled, and what happened is to be kept.
            try await Task { [writer] in try await writer.write { db in for row in rows { try row.write(db) } } }.value
        } catch {
            state.withLock { state in
                state.failures += 1
                state.pending = rows + state.pending
                let excess = max(0, state.pending.count - Self.maxPending)
                state.pending.removeFirst(excess)
                state.lost += excess
            }
            throw error
        }
    }

    private func read<Value: Sendable>(_ query: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await writer.read(query)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw HistoryError(error, path: path ?? ":memory:")
        }
    }

    private static func instance(_ row: Row) throws -> InstanceID {
        let text: String = row["instance"]
        guard let id = InstanceID(text) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "'\(text)' is no instance")
        }
        return id
    }

    /// A disk that stays full is told once a minute, not with every event.
    private func complain(_ error: any Error) {
        let isDue = state.withLock { state in
            if let last = state.complainedAt, .now < last + Self.complaintInterval { return false }
            state.complainedAt = .now
            return true
        }
        guard isDue else { return }
        let (writes, lost) = failures
        logger.error(
            "the history was not written",
            metadata: [
                "error": "\(HistoryError(error, path: path ?? ":memory:"))", "failures": "\(writes)", "lost": "\(lost)",
            ])
    }

    /// SQLite would make a file that everybody can read.
    private static func make(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor < 0 else {
            Glibc.close(descriptor)
            return
        }
        switch errno {
        case EEXIST: return
        case EROFS, EACCES, EPERM: throw HistoryError.readOnly(path: path)
        case ENOSPC, EDQUOT: throw HistoryError.full(path: path)
        default: throw HistoryError.cannotOpen(path: path, reason: errnoText())
        }
    }
}
