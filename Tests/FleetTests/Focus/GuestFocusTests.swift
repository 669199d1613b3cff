import Foundation
import Probe
import Testing

@testable import Fleet

/// Everything real: QEMU, its threads, and the kernel that deals out their time.
@Suite("The focus of a guest", .serialized, .timeLimit(.minutes(2)))
struct GuestFocusTests {
    private static let back = FocusWish(focused: false, cpuShare: 0.25)
    private static let front = FocusWish(focused: true)

    private func withGuest(
        _ folder: String, _ configuration: GuestConfiguration, _ body: (Guest, GuestFocus) async throws -> Void
    ) async throws {
        let id = InstanceID(ordinal: configuration.number)
        let guest = Guest(
            configuration: configuration, directory: try RunDirectory(path: folder + "/run").instance(id),
            restartPolicy: RestartPolicy(delays: [.milliseconds(200)]), logger: testLogger)
        let focus = GuestFocus(guest, logger: testLogger)
        let following = Task { [events = guest.events] in for await event in events { await focus.follow(event) } }
        let result: Result<Void, any Error>
        do {
            try await guest.start()
            result = .success(try await body(guest, focus))
        } catch { result = .failure(error) }
        try await guest.stop()
        following.cancel()
        await following.value
        await focus.stop()
        try result.get()
    }

    private func pid(_ guest: Guest) async throws -> Int32 { try #require(await guest.services[2].pid) }

    /// Where neither control group nor priority is allowed there is nothing to measure.
    private func requireMeans(_ state: HealthReport.Focus) throws {
        if let reason = state.reason { try Test.cancel("\(reason)") }
    }

    @Test("two busy guests get processor time as 1 : 0.25, whichever is in focus, and alike when none is")
    func measured() async throws {
        try await withTemporaryFolder { folder in
            let busy = try BusyGuest(in: folder)
            try await withGuest(folder, busy.configuration(0)) { first, firstFocus in
                try await withGuest(folder, busy.configuration(1)) { second, secondFocus in
                    let pair = try await BusyPair(pid(first), pid(second))
                    await firstFocus.set(Self.front)
                    try requireMeans(await secondFocus.set(Self.back))
                    let back = try await pair.ratio(over: .seconds(5))
                    await firstFocus.set(Self.back)
                    await secondFocus.set(Self.front)
                    let front = try await pair.ratio(over: .seconds(5))
                    await firstFocus.set(FocusWish())
                    let state = await secondFocus.set(FocusWish())
                    let alike = try await pair.ratio(over: .seconds(3))
                    print("processor time of the second guest over the first's:", back, front, alike)
                    #expect((0.18...0.36).contains(back))
                    #expect((0.18...0.36).contains(1 / front))
                    #expect((0.8...1.25).contains(alike))
                    #expect(state.focused == nil && state.cpuShare == 1)
                }
            }
        }
    }

    @Test("a QEMU that was killed, and one that took the guest over, has the share of the one before")
    func kept() async throws {
        try await withTemporaryFolder { folder in
            try await withGuest(folder, try EchoGuest(in: folder).configuration) { guest, focus in
                try requireMeans(await focus.set(Self.back))
                let base = PriorityShare().base
                let first = try await pid(guest)
                kill(first, SIGKILL)
                #expect(await eventually(within: .seconds(20)) { await guest.services[2].state != .running })
                #expect(
                    await eventually(within: .seconds(20)) {
                        guard let now = await guest.services[2].pid, now != first else { return false }
                        let state = await focus.state()
                        return state.cpuShare == 0.25
                            && (state.means == "cgroup" || BusyPair.nices(of: now) == [base + 6])
                    })
                let second = try await pid(guest)
                try await guest.recover(.sound, force: false)
                try #require(await pid(guest) != second)
                #expect(
                    await eventually {
                        guard let now = await guest.services[2].pid else { return false }
                        let state = await focus.state()
                        return state.means == "cgroup" || BusyPair.nices(of: now) == [base + 6]
                    })
                #expect(await focus.set(Self.front).cpuShare == 1)
                #expect(try await BusyPair.nices(of: pid(guest)) == [base])
            }
        }
    }

    @Test("a guest that somebody controls has its whole share and runs, until nobody does")
    func controlled() async throws {
        try await withTemporaryFolder { folder in
            try await withGuest(folder, try EchoGuest(in: folder).configuration) { guest, focus in
                let wish = FocusWish(focused: false, cpuShare: 0.25, paused: true)
                try requireMeans(await focus.set(wish))
                #expect(try await guest.qmp?.runState() == "paused")
                await focus.setControlled(true)
                let state = await focus.state()
                #expect(state.focused == false && state.cpuShare == 1 && !state.paused)
                #expect(try await guest.qmp?.runState() == "running")
                await focus.setControlled(false)
                #expect(await focus.state().cpuShare == 0.25)
                #expect(try await guest.qmp?.runState() == "paused")
            }
        }
    }

    @Test("what loosens the share from outside is set again by the next look")
    func loosened() async throws {
        try await withTemporaryFolder { folder in
            try await withGuest(folder, try EchoGuest(in: folder).configuration) { guest, focus in
                let state = await focus.set(Self.back)
                try requireMeans(state)
                guard state.means == "priority" else { return }
                let pid = try await pid(guest)
                for thread in PriorityShare.threads(of: pid) { PriorityShare.set(PriorityShare().base, of: thread) }
                #expect(
                    await eventually {
                        _ = await focus.state()
                        return BusyPair.nices(of: pid) == [PriorityShare().base + 6]
                    })
            }
        }
    }

    @Test(
        "a guest that stands back may be paused: health calls it paused and well, and it runs before it has the focus")
    func paused() async throws {
        try await withTemporaryFolder { folder in
            let echo = try EchoGuest(in: folder)
            try await withGuest(folder, echo.configuration) { guest, focus in
                let health = GuestHealth(guest, focus: focus)
                #expect(await echo.hasSaid("R"))
                #expect(await health.report().overallStatus == .healthy)
                await focus.set(FocusWish(focused: false, cpuShare: 0.25, paused: true))
                let paused = await health.report()
                #expect(paused.runState == "paused")
                #expect(paused.focus?.paused == true)
                #expect(paused.overallStatus == .healthy && paused.errors == [] && !paused.recoveryNeeded)
                #expect(paused.deepHealth.qemuHealthy == true)
                let state = await focus.set(Self.front)
                #expect(!state.paused && state.focused == true)
                #expect(try await guest.qmp?.runState() == "running")
                let key = try #require(QKeyCode(code: "KeyA"))
                #expect(guest.sendInput([.key(key, down: true), .key(key, down: false)]))
                #expect(await echo.hasSaid("a"))
                #expect(await health.report().runState == "running")
            }
        }
    }

    @Test("no report taken while a guest is paused and let run calls it anything but well")
    func noAlarm() async throws {
        try await withTemporaryFolder { folder in
            try await withGuest(folder, try EchoGuest(in: folder).configuration) { guest, focus in
                let health = GuestHealth(guest, focus: focus)
                let flipping = Task {
                    for index in 0..<60 {
                        await focus.set(FocusWish(focused: index % 2 == 0, cpuShare: 1, paused: index % 2 == 1))
                    }
                    await focus.set(FocusWish())
                }
                var seen: Set<String> = []
                for _ in 0..<300 {
                    let report = await health.report()
                    seen.formUnion(report.errors)
                }
                await flipping.value
                #expect(seen == [])
                let state = try await guest.qmp?.runState()
                #expect(state == "running")
            }
        }
    }

    @Test("what somebody else paused stays paused, and what somebody else let run is not paused again")
    func others() async throws {
        try await withTemporaryFolder { folder in
            try await withGuest(folder, try EchoGuest(in: folder).configuration) { guest, focus in
                let health = GuestHealth(guest, focus: focus)
                let back = FocusWish(focused: false, cpuShare: 1, paused: true)
                let qmp = try #require(guest.qmp)
                try await qmp.execute("stop")
                #expect(await focus.set(back).paused == false)
                let report = await health.report()
                #expect(report.errors == ["the guest is paused"] && report.focus?.paused == false)
                await focus.set(Self.front)
                await focus.set(FocusWish())
                #expect(try await qmp.runState() == "paused", "nobody continues what he did not stop")
                try await qmp.execute("cont")
                #expect(await focus.set(back).paused)
                try await qmp.execute("cont")
                #expect(await eventually { await !focus.state().paused })
                try await Task.sleep(for: .milliseconds(300))
                #expect(try await qmp.runState() == "running")
                await focus.set(Self.front)
                #expect(await focus.set(back).paused, "a new wish is a new pause")
            }
        }
    }

    @Test(
        "a paused guest that is restarted is paused again, and one that is handed over stays so; both run when they may"
    )
    func pausedAcross() async throws {
        try await withTemporaryFolder { folder in
            try await withGuest(folder, try EchoGuest(in: folder).configuration) { guest, focus in
                await focus.set(FocusWish(focused: false, cpuShare: 0.25, paused: true))
                let first = try await pid(guest)
                kill(first, SIGKILL)
                #expect(
                    await eventually(within: .seconds(20)) {
                        guard await guest.services[2].state == .running, await guest.services[2].pid != first,
                            await focus.state().paused
                        else { return false }
                        return (try? await guest.qmp?.runState()) == "paused"
                    })
                try await guest.recover(.sound, force: false)
                #expect(try await guest.qmp?.runState() == "paused")
                #expect(await focus.state().paused)
                #expect(await !focus.set(FocusWish()).paused)
                #expect(try await guest.qmp?.runState() == "running")
            }
        }
    }

    @Test("wishes that come in a burst end in the last one")
    func burst() async throws {
        try await withTemporaryFolder { folder in
            try await withGuest(folder, try EchoGuest(in: folder).configuration) { guest, focus in
                await withDiscardingTaskGroup { group in
                    for index in 0..<100 {
                        group.addTask {
                            await focus.set(FocusWish(focused: false, cpuShare: 0.5, paused: index % 2 == 0))
                        }
                    }
                }
                let state = await focus.set(Self.front)
                #expect(state.focused == true && state.cpuShare == 1 && !state.paused)
                let pid = try await pid(guest)
                #expect(try await guest.qmp?.runState() == "running")
                #expect(BusyPair.nices(of: pid) == [PriorityShare().base])
            }
        }
    }
}
