import Foundation
import Probe
import Testing

@testable import Fleet

@Suite("Recovery", .timeLimit(.minutes(1)))
struct RecoveryTests {
    @Test("the third bad report starts an attempt, and two good measurements after it prove it")
    func recovers() async throws {
        let shop = Workshop()
        var records = shop.recovery.records.makeAsyncIterator()
        await shop.report([.qemu], times: 2)
        #expect(await shop.recovery.status.isRecovering == false)
        await shop.report([.qemu])
        let begun = try #require(await records.next())
        #expect(begun.strategy == .qemu)
        #expect(begun.attempt == 1)
        #expect(begun.reasons == ["qemu is bad"])
        #expect(begun.outcome == nil)
        #expect(await shop.acted(1))
        await shop.report()
        #expect(await shop.recovery.status.isRecovering)
        await shop.report()
        let ended = try #require(await records.next())
        #expect(ended.id == begun.id)
        #expect(ended.outcome == .recovered)
        #expect(ended.endedAt == Workshop.date(shop.clock.now))
        let status = await shop.recovery.status
        #expect(status.attempts == 1)
        #expect(status.canRecover)
        #expect(!status.isRecovering)
        #expect(status.history == [ended])
        await shop.report(times: 31)
        #expect(await shop.recovery.status.attempts == 0)
        await shop.recovery.stop()
        #expect(await records.next() == nil)
    }

    @Test("measurements from before the action's end prove nothing, and neither do two with a bad one between")
    func staleProof() async throws {
        let shop = Workshop()
        await shop.report([.capture], times: 3)
        #expect(await shop.acted(1))
        let before = Workshop.date(shop.clock.now)
        for _ in 0..<5 { await shop.recovery.note(.made(at: before)) }
        #expect(await shop.recovery.status.isRecovering)
        await shop.report()
        await shop.report([.capture])
        await shop.report()
        #expect(await shop.recovery.status.isRecovering)
        await shop.report(services: ["qemu": "starting"])
        await shop.report()
        #expect(await shop.recovery.status.isRecovering)
        await shop.report()
        #expect(await shop.recovery.status.history[0].outcome == .recovered)
        await shop.recovery.stop()
    }

    @Test("attempts that fail widen, wait 30 and 60 seconds, and end after three")
    func widens() async throws {
        let shop = Workshop()
        for (index, wait) in [0, 30, 60].enumerated() {
            await shop.report([.capture], times: 3)
            if wait > 0 {
                let due = try #require(await shop.recovery.status.nextAttemptAt)
                #expect(due == Workshop.date(shop.clock.now).addingTimeInterval(Double(wait - 3)))
                await shop.report([.capture], times: wait - 4)
                #expect(shop.done.count == index)
                await shop.report([.capture])
            }
            #expect(await shop.acted(index + 1))
            await shop.report([.capture], times: 15)
            #expect(await eventually { await !shop.recovery.status.isRecovering })
        }
        #expect(shop.done == [.pipeline, .display, .qemu])
        await shop.report([.capture], times: 300)
        let status = await shop.recovery.status
        #expect(shop.done.count == 3)
        #expect(status.attempts == 3)
        #expect(!status.canRecover)
        #expect(status.nextAttemptAt == nil)
        #expect(status.history.map(\.outcome) == [.failed, .failed, .failed])
        #expect(status.history[0].detail?.contains("capture is bad") == true)
        await #expect(throws: RecoveryError.exhausted(InstanceID(ordinal: 0), attempts: 3)) {
            try await shop.recovery.recover(force: false, strategy: nil)
        }
        let forced = try await shop.recovery.recover(force: true, strategy: nil)
        #expect(forced.forced)
        #expect(forced.attempt == 4)
        #expect(forced.strategy == .qemu)
        #expect(await shop.acted(4))
        await shop.report(times: 2)
        #expect(await shop.recovery.status.history[0].outcome == .recovered)
        await shop.recovery.stop()
    }

    @Test("of a mixed failure the network is mended first and the guest at once after it")
    func mixed() async throws {
        let shop = Workshop()
        await shop.report([.qemu, .network], times: 3)
        #expect(await shop.acted(2))
        #expect(shop.done == [.network, .qemu])
        await shop.report([.qemu], times: 15)
        #expect(await eventually { await !shop.recovery.status.isRecovering })
        let history = await shop.recovery.status.history
        #expect(
            Set(history.map { "\($0.strategy) \($0.outcome!) \($0.attempt)" }) == [
                "network recovered 1", "qemu failed 1",
            ])
        #expect(await shop.recovery.status.attempts == 1)
        await shop.recovery.stop()
    }

    @Test("a paused guest, load and a viewer's bad connection start nothing")
    func notOurs() async throws {
        let shop = Workshop()
        await shop.report(mild: [.qemu, .load, .viewer], times: 20)
        #expect(shop.done.isEmpty)
        await #expect(throws: RecoveryError.notNeeded(InstanceID(ordinal: 0))) {
            try await shop.recovery.recover(force: false, strategy: nil)
        }
        let forced = try await shop.recovery.recover(force: true, strategy: nil)
        #expect(forced.strategy == .pipeline)
        #expect(forced.reasons == ["somebody asked for it"])
        await shop.recovery.stop()
    }

    @Test("a process that ends is recorded at once, left to its supervisor, and verified")
    func processEnded() async throws {
        let shop = Workshop()
        let exit = ProcessExit(pid: 9, code: nil, signal: 9, uptime: .seconds(40))
        await shop.recovery.processEnded(CrashRecord(service: "qemu", exit: exit))
        var record = await shop.recovery.status.history[0]
        #expect(record.strategy == .qemu)
        #expect(record.reasons == ["qemu ended: signal 9 after 40.0 s"])
        await shop.recovery.processEnded(CrashRecord(service: "xserver", exit: exit))
        await shop.report([.qemu], services: ["qemu": "restarting"], times: 4)
        await shop.report(times: 2)
        record = await shop.recovery.status.history[0]
        #expect(record.strategy == .display)
        #expect(record.outcome == .recovered)
        #expect(shop.done.isEmpty)
        await shop.recovery.stop()
    }

    @Test("a process that ends at every start uses the attempts up and gets no help besides its supervisor's")
    func processEndsAtEveryStart() async throws {
        let shop = Workshop()
        let exit = ProcessExit(pid: 9, code: 1, signal: nil, uptime: .zero)
        for _ in 0..<5 {
            await shop.recovery.processEnded(CrashRecord(service: "qemu", exit: exit))
            #expect(await eventually { await shop.recovery.status.attempts == 3 || !shop.clock.pending.isEmpty })
            await shop.report([.qemu], services: ["qemu": "restarting"], times: 60)
            #expect(await eventually { await !shop.recovery.status.isRecovering })
        }
        await shop.report([.qemu], services: ["qemu": "error"], times: 200)
        #expect(shop.done.isEmpty)
        #expect(await shop.recovery.status.history.map(\.outcome) == [.failed, .failed, .failed])
        await shop.recovery.stop()
    }

    @Test("an action that throws fails its attempt with its words, without waiting for measurements")
    func throwing() async throws {
        let shop = Workshop()
        shop.fail(.sound)
        await shop.report([.sound], times: 3)
        #expect(await eventually { await shop.recovery.status.history.first?.outcome == .failed })
        #expect(await shop.recovery.status.history[0].detail?.contains("as told") == true)
        await shop.report([.sound], times: 29)
        #expect(shop.done == [.sound])
        await shop.report([.sound])
        #expect(await shop.acted(2))
        #expect(shop.done == [.sound, .qemu])
        await shop.recovery.stop()
    }

    @Test("an action over its deadline is cancelled and has failed")
    func deadline() async throws {
        let shop = Workshop()
        shop.hang(true)
        await shop.report([.qemu], times: 3)
        #expect(await eventually { shop.clock.pending.count == 2 })
        shop.clock.advance(by: .seconds(60))
        #expect(await eventually { await shop.recovery.status.history.first?.outcome == .failed })
        #expect(await shop.recovery.status.history[0].detail?.contains("not over after 60") == true)
        #expect(await eventually { await !shop.recovery.status.isRecovering })
        #expect(await eventually { shop.clock.pending.isEmpty })
        await shop.recovery.stop()
    }

    @Test("one attempt at a time: another is refused, unless forced, which aborts the first")
    func oneAtATime() async throws {
        let shop = Workshop()
        shop.hang(true)
        await shop.report([.capture], times: 3)
        #expect(await eventually { shop.done.count == 1 })
        await #expect(throws: RecoveryError.recovering(InstanceID(ordinal: 0))) {
            try await shop.recovery.recover(force: false, strategy: .qemu)
        }
        await shop.report([.capture], times: 10)
        #expect(shop.done == [.pipeline])
        shop.hang(false)
        let forced = try await shop.recovery.recover(force: true, strategy: .display)
        #expect(forced.strategy == .display)
        #expect(await shop.acted(2))
        let history = await shop.recovery.status.history
        #expect(history.map(\.outcome) == [nil, .aborted])
        await shop.recovery.stop()
        #expect(await shop.recovery.status.history.map(\.outcome) == [.aborted, .aborted])
        #expect(shop.clock.pending.isEmpty)
    }

    @Test("an earlier life's history is taken up, bounded, with what was under way as aborted")
    func remembers() async throws {
        let shop = Workshop()
        let id = InstanceID(ordinal: 0)
        let earlier = (0..<70).map {
            RecoveryRecord(
                instance: id, failure: .qemu, reasons: [], strategy: .qemu, attempt: 1,
                startedAt: Date(timeIntervalSince1970: Double($0)))
        }
        await shop.recovery.remember(earlier)
        let history = await shop.recovery.status.history
        #expect(history.map(\.startedAt.timeIntervalSince1970) == (20..<70).reversed().map(Double.init))
        #expect(history.allSatisfy { $0.outcome == .aborted })
        #expect(await shop.recovery.status.attempts == 0)
        await shop.recovery.stop()
    }
}
