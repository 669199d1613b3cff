import Fleet
import Foundation
import Logging
import Probe
import Synchronization
import Testing

@testable import Gateway

@Suite("The watch over a guest", .timeLimit(.minutes(1)))
struct HealthWatchTests {
    /// A guest whose health the test sets, and which counts how often it is measured.
    private final class Patient: Sendable {
        let measured = Mutex(0)
        let facts = Mutex(HealthFacts())
        let delay: Duration

        init(delay: Duration = .zero) { self.delay = delay }

        var subject: HealthWatch.Subject {
            .init(
                measure: {
                    self.measured.withLock { $0 += 1 }
                    try? await Task.sleep(for: self.delay)
                    return HealthReport(
                        instanceId: "instance-0", facts: self.facts.withLock { $0 }, deepHealth: DeepHealth())
                }, services: { [ServiceStatus(name: "qemu")] })
        }
    }

    /// Notes what it is told, and mends when asked.
    private final class Mender: Mending {
        let told = Mutex<[OverallStatus]>([])
        let ended = Mutex<[String]>([])
        let records = AsyncStream<RecoveryRecord> { $0.finish() }
        var status: RecoveryStatus { RecoveryStatus(attempts: 1) }

        func note(_ report: HealthReport) { told.withLock { $0.append(report.overallStatus) } }
        func processEnded(_ crash: CrashRecord) { ended.withLock { $0.append(crash.service) } }
        func recover(force: Bool, strategy: RecoveryStrategy?) throws -> RecoveryRecord {
            RecoveryRecord(
                instance: InstanceID(ordinal: 0), failure: .qemu, reasons: [], strategy: strategy ?? .qemu, attempt: 1,
                forced: force)
        }
        func stop() {}
    }

    private func watch(_ patient: Patient, _ mender: Mender? = nil) -> HealthWatch {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return HealthWatch(id: InstanceID(ordinal: 0), subject: patient.subject, mender: mender, logger: logger)
    }

    private func crash(_ service: String = "qemu") throws -> CrashRecord {
        let text = """
            {"service":"\(service)","time":"2026-01-01T00:00:00Z","pid":7,"signal":9,"uptime":1,"lastLines":[],
            "class":"unexpected_exit"}
            """
        return try JSON.decode(CrashRecord.self, from: Data(text.utf8))
    }

    @Test("however many ask at once, one measurement serves them, for a second")
    func sharing() async {
        let patient = Patient(delay: .milliseconds(50))
        let watch = watch(patient)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { _ = await watch.report() } }
        }
        _ = await watch.report()
        #expect(patient.measured.withLock { $0 } == 1)
    }

    @Test("a new reader is told the present and the remembered first, with the ids they had")
    func replay() async throws {
        let watch = watch(Patient())
        var first = await watch.events().makeAsyncIterator()
        #expect(await first.next()?.name == "health")
        #expect(await first.next()?.name == "service")
        await watch.note(.crashed(try crash()))
        await watch.note(ViewerNews(id: "0011aabb", phase: .joined))
        await watch.note(ViewerNews(id: "gone", phase: .joined))
        await watch.note(ViewerNews(id: "gone", phase: .left, reason: "requested"))
        var told: FleetEvent?
        while let event = await first.next() {
            guard event.name == "crash" else { continue }
            told = event
            break
        }
        var second = await watch.events().makeAsyncIterator()
        var seen: [FleetEvent] = []
        for _ in 0..<4 { if let event = await second.next() { seen.append(event) } }
        #expect(seen.map(\.name) == ["health", "service", "crash", "viewer"])
        #expect(seen[2] == told)
        #expect(seen[3].kind == .viewer(ViewerNews(id: "0011aabb", phase: .joined)))
    }

    @Test("it remembers the newest fifty crashes")
    func memory() async throws {
        let watch = watch(Patient())
        let crash = try crash()
        for _ in 0..<60 { await watch.note(.crashed(crash)) }
        var ids: [String] = []
        var reader = await watch.events().makeAsyncIterator()
        for _ in 0..<52 { if let event = await reader.next(), event.name == "crash" { ids.append(event.id) } }
        #expect(ids.count == 50 && Set(ids).count == 50)
        #expect(await watch.tally.crashes.values.first == 60)
    }

    @Test("what happens is measured at once, and told to who mends")
    func atOnce() async throws {
        let (patient, mender) = (Patient(), Mender())
        let watch = watch(patient, mender)
        _ = await watch.report()
        patient.facts.withLock { $0.qemu = ServiceFact(isRunning: false) }
        await watch.note(.crashed(try crash()))
        #expect(mender.ended.withLock { $0 } == ["qemu"])
        #expect(mender.told.withLock { $0 } == [.healthy, .unhealthy])
        #expect(await watch.report().failureType == .qemu)
        let record = try await watch.recover(force: true, strategy: .display)
        #expect(record.forced && record.strategy == .display)
    }

    @Test("it measures on by itself, and its end ends every reader")
    func ticking() async {
        let patient = Patient()
        let watch = watch(patient)
        await watch.begin()
        var count = 0
        for await event in await watch.events() where event.name == "health" {
            count += 1
            if count == 3 { await watch.stop() }
        }
        #expect(count >= 3)
        let after = patient.measured.withLock { $0 }
        try? await Task.sleep(for: .milliseconds(1200))
        #expect(patient.measured.withLock { $0 } == after)
    }
}
