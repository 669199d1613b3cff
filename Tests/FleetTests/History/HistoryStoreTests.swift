import Foundation
import GRDB
import Testing

@testable import Fleet

@Suite("HistoryStore", .timeLimit(.minutes(1)))
struct HistoryStoreTests {
    private let zero = InstanceID(ordinal: 0)
    private let one = InstanceID(ordinal: 1)

    private func crash(_ instance: InstanceID, _ second: Int, service: String = "qemu", pid: Int32 = 7) -> FleetEvent {
        let exit = ProcessExit(
            pid: pid, code: 1, signal: nil, uptime: .seconds(2),
            endedAt: Date(timeIntervalSince1970: Double(second) + 0.25),
            lastLines: ["no such luck"])
        return FleetEvent(
            id: "a-\(second)", instance: instance, kind: .crash(CrashRecord(service: service, exit: exit)))
    }

    private func recovery(_ record: RecoveryRecord) -> FleetEvent {
        FleetEvent(id: "r", instance: record.instance, kind: .recovery(record))
    }

    private func attempt(_ second: Double) -> RecoveryRecord {
        RecoveryRecord(
            instance: zero, failure: .qemu, reasons: ["QEMU is hung"], strategy: .qemu, attempt: 1,
            startedAt: Date(timeIntervalSince1970: second))
    }

    @Test("what was kept is there after the file was closed and opened again")
    func survives() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/history.sqlite"
            var ended = attempt(5)
            ended.endedAt = Date(timeIntervalSince1970: 9.5)
            ended.outcome = .recovered
            var status = ServiceStatus(name: "qemu")
            status.state = .error
            status.failures = 5
            let first = try HistoryStore(path: path)
            await first.record(crash(zero, 1))
            await first.record(crash(one, 2, service: "pulse"))
            await first.record(recovery(ended))
            await first.record(FleetEvent(id: "s", instance: zero, kind: .service(status)))
            await first.record(FleetEvent(id: "h", instance: zero, kind: .health(.made())))
            await first.close()
            var info = stat()
            #expect(stat(path, &info) == 0)
            #expect(info.st_mode & 0o777 == 0o600)

            let second = try HistoryStore(path: path)
            let crashes = try await second.crashes()
            #expect(crashes.map(\.instance) == [one, zero])
            #expect(crashes[1].crash.lastLines == ["no such luck"])
            #expect(crashes[1].crash.time.timeIntervalSince1970 == 1.25)
            #expect(try await second.crashes(instance: zero, service: "pulse").isEmpty)
            #expect(try await second.crashes(instance: one).count == 1)
            #expect(try await second.recoveries(instance: zero) == [ended])
            #expect(try await second.recoveries(instance: one).isEmpty)
            let services = try await second.services()
            #expect(services.map(\.status) == [status])
            #expect(services[0].status.failures == 5)
            #expect(second.failures == (0, 0))
            await second.close()
        }
    }

    @Test("the same event again changes nothing, and a late beginning does not take an end back")
    func idempotent() async throws {
        let store = try HistoryStore(inMemory: testLogger)
        let told = crash(zero, 1)
        await store.record(told)
        // As another process reads it: without fractions of seconds, under another id.
        var again = try FleetEvent.decode(try told.json())
        again.id = "b-77"
        await store.record(again)
        #expect(try await store.crashes().count == 1)

        let begun = attempt(5)
        var ended = begun
        ended.endedAt = Date(timeIntervalSince1970: 9)
        ended.outcome = .failed
        for record in [begun, ended, begun] { await store.record(recovery(record)) }
        #expect(try await store.recoveries() == [ended])

        var status = ServiceStatus(name: "qemu")
        status.state = .running
        await store.record(
            FleetEvent(id: "1", time: Date(timeIntervalSince1970: 9), instance: zero, kind: .service(status)))
        status.state = .starting
        await store.record(
            FleetEvent(id: "0", time: Date(timeIntervalSince1970: 8), instance: zero, kind: .service(status)))
        #expect(try await store.services().map(\.status.state) == [.running])
    }

    @Test("of each instance the newest thousand are kept")
    func bounded() async throws {
        let store = try HistoryStore(inMemory: testLogger)
        await store.record(crash(one, 1))
        for second in 1...1010 { await store.record(crash(zero, second)) }
        let kept = try await store.crashes(instance: zero, limit: 5000)
        #expect(kept.count == 1000)
        #expect(kept.last?.crash.time.timeIntervalSince1970 == 11.25)
        #expect(try await store.crashes(instance: one).count == 1)
        #expect(try await store.crashes(limit: 3).count == 3)
    }

    @Test("many tellers at once lose nothing")
    func concurrent() async throws {
        try await withTemporaryFolder { folder in
            let store = try HistoryStore(path: folder + "/history.sqlite")
            await withTaskGroup(of: Void.self) { group in
                for second in 1...200 { group.addTask { await store.record(self.crash(self.zero, second)) } }
            }
            #expect(try await store.crashes(limit: 1000).count == 200)
            await store.close()
        }
    }

    @Test("a file that is no database is an error that says what to do; opened all the same, memory takes its place")
    func foreign() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/history.sqlite"
            try Data(repeating: 0x61, count: 20_000).write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: HistoryError.self) { try HistoryStore(path: path) }
            guard case .damaged = error else {
                Issue.record("expected damaged, got \(String(describing: error))")
                return
            }
            #expect("\(error!)".contains("move it away"))
            let store = try HistoryStore.open(path: path, logger: testLogger)
            #expect(store.path == nil)
            await store.record(crash(zero, 1))
            #expect(try await store.crashes().count == 1)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == 20_000)
        }
    }

    @Test("a database that was damaged is told when it is opened, and one that is damaged in use is an error, no crash")
    func damaged() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/history.sqlite"
            let store = try HistoryStore(path: path, logger: testLogger)
            for second in 1...300 { await store.record(crash(zero, second)) }
            await store.close()
            let inUse = try HistoryStore(path: path, logger: testLogger)
            let file = try #require(FileHandle(forUpdatingAtPath: path))
            let size = try file.seekToEnd()
            try file.seek(toOffset: 4096)
            try file.write(contentsOf: Data(repeating: 0xA5, count: Int(size) - 4096))
            try file.close()
            await #expect(throws: HistoryError.self) { try await inUse.crashes() }
            // May fail or not, as it needs a damaged page or none.
            await inUse.record(crash(zero, 1000))
            #expect(inUse.failures.lost == 0)
            await inUse.close()
            #expect(throws: HistoryError.self) { try HistoryStore(path: path, logger: testLogger) }
        }
    }

    @Test("a file of a newer Loco is left alone")
    func newer() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/history.sqlite"
            try await HistoryStore(path: path).close()
            let queue = try DatabaseQueue(path: path)
            try await queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99-later')") }
            try queue.close()
            #expect(throws: HistoryError.newerSchema(path: path)) { try HistoryStore(path: path) }
        }
    }

    @Test("a folder in the file's place, a missing folder: each is an error that names the path")
    func noFile() async throws {
        try await withTemporaryFolder { folder in
            for path in [folder, folder + "/missing/history.sqlite"] {
                let error = #expect(throws: HistoryError.self) { try HistoryStore(path: path) }
                guard case .cannotOpen(path, _) = error else {
                    Issue.record("expected cannotOpen, got \(String(describing: error))")
                    continue
                }
                let store = try HistoryStore.open(path: path, logger: testLogger)
                #expect(store.path == nil)
            }
        }
    }

    @Test("a full disk loses nothing that fits when there is room again; a disk that cannot be written is told apart")
    func fullDisk() async throws {
        try await withTemporaryFolder { folder in
            guard mount("tmpfs", folder, "tmpfs", 0, "size=1m") == 0 else {
                // Only root may; the runner of `make test` is.
                return
            }
            defer { umount2(folder, 2 /* MNT_DETACH */) }
            let store = try HistoryStore(path: folder + "/history.sqlite", logger: testLogger)
            await store.record(crash(zero, 1))
            let ballast = Glibc.open(folder + "/ballast", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            let page = [UInt8](repeating: 0, count: 4096)
            while write(ballast, page, page.count) == page.count {}
            close(ballast)
            for second in 2...60 { await store.record(crash(zero, second)) }
            #expect(store.failures.writes > 0)
            #expect(throws: HistoryError.self) { try HistoryStore(path: folder + "/second.sqlite") }
            unlink(folder + "/ballast")
            // A process that another test spawns just now holds the removed file's room for a moment.
            #expect(
                try await eventually {
                    await store.record(crash(zero, 61))
                    return try await store.crashes(limit: 100).count == 61
                })
            #expect(store.failures.lost == 0)
            await store.close()

            // As above.
            #expect(
                await eventually { mount("tmpfs", folder, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), "size=1m") == 0 })
            let path = folder + "/third.sqlite"
            #expect(throws: HistoryError.readOnly(path: path)) { try HistoryStore(path: path) }
        }
    }
}
