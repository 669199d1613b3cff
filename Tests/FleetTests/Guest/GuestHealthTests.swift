import Foundation
import Probe
import Testing

@testable import Fleet

/// Everything real: Xvfb, PulseAudio, QEMU, and what is done to them.
@Suite("GuestHealth", .serialized, .timeLimit(.minutes(2)))
struct GuestHealthTests {
    private func withGuest(
        extra: [String] = [], maximumFailures: Int = 1, delays: [Duration] = [.milliseconds(200)],
        _ body: (Guest, GuestHealth) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            var configuration = try EchoGuest(in: folder).configuration
            configuration.extraArguments += extra
            let guest = Guest(
                configuration: configuration,
                directory: try RunDirectory(path: folder + "/run").instance(InstanceID(ordinal: 0)),
                restartPolicy: RestartPolicy(delays: delays, maximumFailures: maximumFailures), logger: testLogger)
            do {
                try await body(guest, GuestHealth(guest, sysfs: folder + "/sys"))
            } catch {
                try? await guest.stop()
                throw error
            }
            try await guest.stop()
        }
    }

    private func pid(_ service: String, of guest: Guest) async throws -> Int32 {
        try #require(await guest.services.first { $0.name == service }?.pid)
    }

    @Test("health tells a running, a paused, a hung and a dead guest apart")
    func states() async throws {
        try await withGuest { guest, health in
            #expect(await health.report().overallStatus == .unhealthy)
            try await guest.start()
            let well = await health.report()
            #expect(well.overallStatus == .healthy)
            #expect(well.evidence.isEmpty)
            #expect(well.runState == "running")
            #expect(well.deepHealth.qemuHealthy == true)
            #expect(well.deepHealth.video.estimatedFrameRate == nil)
            #expect(well.deepHealth.video.vncAvailable == true)
            #expect(well.deepHealth.performance.qemuCPU == nil)
            #expect(well.deepHealth.performance.diskErrors == 0)
            try await Task.sleep(for: .milliseconds(1100))
            let second = await health.report()
            #expect(second.deepHealth.performance.qemuCPU != nil)
            // QEMU told the threads; it does not name them.
            #expect(second.deepHealth.performance.vcpuProgress != nil)
            try await guest.qmp?.execute("stop")
            let paused = await health.report()
            #expect(paused.errors == ["the guest is paused"])
            #expect(paused.failureType == .none)
            #expect(!paused.recoveryNeeded)
            try await guest.qmp?.execute("cont")
            #expect(await health.report().overallStatus == .healthy)
            kill(try await pid("qemu", of: guest), SIGSTOP)
            let hung = await health.report()
            #expect(hung.evidence.map(\.value) == ["T (stopped)"])
            #expect(hung.failureType == .qemu)
            #expect(hung.recoveryNeeded)
            kill(try await pid("qemu", of: guest), SIGKILL)
            #expect(await eventually { await guest.services[2].state == .error })
            let dead = await health.report()
            #expect(dead.evidence.map(\.part) == [.qemu])
            #expect(dead.recoveryNeeded)
            #expect(dead.errors[0].contains("stays down"))
            #expect(dead.deepHealth.performance.diskErrors == nil)
        }
    }

    @Test("a hung QEMU delays no report by a second, its silence grows, and it is well again when it answers")
    func silence() async throws {
        try await withGuest { guest, health in
            try await guest.start()
            _ = await health.report()
            let control = ControlWatch()
            let qmp = try #require(guest.qmp)
            #expect(await control.ask(qmp).processors?.count == 1)
            let pid = try await pid("qemu", of: guest)
            kill(pid, SIGSTOP)
            let began = ContinuousClock.now
            var longest = Duration.zero
            var silences: [Double] = []
            while .now < began + .seconds(3) {
                let asked = ContinuousClock.now
                async let report = health.report()
                silences.append(await control.ask(qmp).silence)
                _ = await report
                longest = max(longest, asked.duration(to: .now))
            }
            print("longest report of a hung QEMU", longest)
            #expect(longest < .seconds(1))
            #expect(silences == silences.sorted())
            #expect(try #require(silences.last) > HealthVerdict.Limit.control)
            #expect(await control.ask(qmp).runState == nil)
            kill(pid, SIGCONT)
            #expect(await eventually { await control.ask(qmp).silence == 0 })
            #expect(await control.ask(qmp).runState == "running")
            #expect(await eventually { await health.report().overallStatus == .healthy })
        }
    }

    @Test("a guest on its first way up is not accused, a killed one on its way back is")
    func starting() async throws {
        try await withGuest(maximumFailures: 5, delays: [.seconds(3)]) { guest, health in
            var reports: [HealthReport] = []
            async let start: Void = guest.start()
            while await guest.services[2].state != .running, reports.count < 2000 {
                reports.append(await health.report())
                try await Task.sleep(for: .milliseconds(5))
            }
            try await start
            let begun = reports.filter { $0.services.contains { $0.state != "stopped" } }
            #expect(begun.contains { $0.errors == ["the guest is starting"] })
            #expect(!begun.contains { $0.recoveryNeeded })
            kill(try await pid("qemu", of: guest), SIGKILL)
            #expect(await eventually { await guest.services[2].state == .restarting })
            let waiting = await health.report()
            #expect(waiting.failureType == .qemu)
            #expect(waiting.recoveryNeeded)
            #expect(waiting.errors[0].contains("started again in"))
            #expect(
                await eventually(within: .seconds(20)) {
                    await health.report().errors == ["QEMU is not running; it is being started again"]
                })
            #expect(await eventually(within: .seconds(20)) { await health.report().overallStatus == .healthy })
        }
    }

    @Test("a sound server that is held still or silent degrades, and a stream is missed only where there was one")
    func sound() async throws {
        try await withGuest { guest, health in
            try await guest.start()
            var media = MediaReading()
            media.soundServer = SoundServerReading(sinks: 1, sources: 1, guestStream: .absent, age: 0.1)
            let quiet = await health.report(media)
            #expect(quiet.overallStatus == .healthy)
            #expect(quiet.deepHealth.audio.audioDevices == 2)
            #expect(quiet.deepHealth.audio.guestStream == .absent)
            media.soundServer?.guestStream = .corked
            #expect(await health.report(media).overallStatus == .healthy)
            try await Task.sleep(for: .seconds(5))
            media.soundServer?.guestStream = .absent
            let lost = await health.report(media)
            #expect(lost.errors == ["the guest's stream is gone from PulseAudio"])
            #expect(lost.overallStatus == .degraded)
            #expect(lost.recoveryNeeded)
            media.soundServer?.age = 2.5
            let silent = await health.report(media)
            #expect(silent.errors == ["PulseAudio does not answer"])
            #expect(silent.deepHealth.audio.pulseRunning == false)
            #expect(silent.deepHealth.audio.audioDevices == nil)
            let pid = try await pid("pulse", of: guest)
            kill(pid, SIGSTOP)
            let held = await health.report()
            kill(pid, SIGCONT)
            #expect(held.errors == ["PulseAudio hangs: its process is held still"])
            #expect(held.overallStatus == .degraded)
            #expect(held.failureType == .qemu)
        }
    }

    @Test("a capture without frames, a missing TAP and a VNC server are measured")
    func parts() async throws {
        try await withGuest(extra: ["-vnc", "127.0.0.1:71,to=99"]) { guest, health in
            try await guest.start()
            let meter = FrameMeter()
            var media = MediaReading()
            media.frames = meter.reading(at: MonotonicClock.now())
            // A new capture has some seconds for its first frame.
            let first = await health.report(media)
            #expect(first.overallStatus == .healthy)
            #expect(first.deepHealth.video.displayActive == false)
            #expect(first.deepHealth.video.vncAvailable == true)
            meter.record(at: MonotonicClock.now() - 3_000_000_000, changed: true)
            media.frames = meter.reading(at: MonotonicClock.now())
            try await Task.sleep(for: .seconds(1))
            let both = await health.report(media, tap: "tap-0")
            #expect(both.evidence.map(\.part) == [.capture, .network])
            #expect(both.failureType == .mixed)
            #expect(both.deepHealth.network.tapUp == false)
            #expect(both.deepHealth.network.bridgeUp == nil)
            #expect(try #require(both.deepHealth.video.frozenSeconds) >= 3)
        }
    }

    @Test("disk errors and panics come from QEMU's own reports and begin anew with it")
    func incidents() {
        let log = IncidentLog()
        let error = QMPValue.object(["device": .string("ide0-hd0"), "operation": .string("read")])
        log.note(.qmp(QMPEvent(name: "BLOCK_IO_ERROR", data: error)))
        log.note(.qmp(QMPEvent(name: "GUEST_PANICKED")))
        #expect(log.incidents.newDiskErrors(at: IncidentLog.now) == 1)
        #expect(log.incidents.lastDiskError == "read on ide0-hd0: BLOCK_IO_ERROR")
        #expect(log.incidents.hasPanicked)
        var status = ServiceStatus(name: "qemu")
        log.note(.service(status))
        #expect(log.incidents.diskErrors == 1)
        status.state = .running
        log.note(.service(status))
        #expect(log.incidents == GuestIncidents())
    }
}
