import Testing

@testable import Fleet

@Suite("Supervisor", .timeLimit(.minutes(1)))
struct SupervisorTests {
    private func make(_ service: ScriptedService, _ clock: ManualClock) -> Supervisor<ManualClock> {
        Supervisor(service, clock: clock, logger: testLogger)
    }

    @Test("a crash after a minute restarts at once")
    func restartsAtOnce() async throws {
        let (service, clock) = (ScriptedService(), ManualClock())
        let supervisor = make(service, clock)
        try await supervisor.start()
        clock.advance(by: .seconds(60))
        await service.crash()
        #expect(await eventually { await service.starts == 2 })
        #expect(await eventually { await supervisor.status.state == .running })
        #expect(await supervisor.status.restarts == 1)
        #expect(await supervisor.status.lastExit?.crashClass == .nonzeroExit)
        try await supervisor.stop()
        #expect(await supervisor.status.state == .stopped)
        #expect(await service.starts == 2)
    }

    @Test("crashes in quick succession back off and end in error; a restart on request leaves it")
    func backsOff() async throws {
        let (service, clock) = (ScriptedService(), ManualClock())
        let supervisor = make(service, clock)
        try await supervisor.start()
        for (index, delay) in [30, 60, 120, 120].enumerated() {
            await service.crash()
            #expect(await eventually { clock.pending == [.seconds(delay)] })
            #expect(await supervisor.status.state == .restarting)
            #expect(await supervisor.status.nextStart != nil)
            clock.advance(by: .seconds(delay - 1))
            #expect(await service.starts == index + 1)
            clock.advance(by: .seconds(1))
            #expect(await eventually { await supervisor.status.state == .running })
        }
        await service.crash()
        #expect(await eventually { await supervisor.status.state == .error })
        #expect(await service.starts == 5)
        try await supervisor.restart()
        #expect(await supervisor.status.state == .running)
        try await supervisor.stop()
    }

    @Test("a failing first start is thrown; with begin() the policy handles it")
    func failingStart() async throws {
        let clock = ManualClock()
        let first = make(ScriptedService(startFailures: 1), clock)
        await #expect(throws: ProcessError.self) { try await first.start() }
        #expect(await first.status.state == .error)
        let service = ScriptedService(startFailures: 1)
        let second = make(service, clock)
        await second.begin()
        #expect(await eventually { clock.pending == [.seconds(30)] })
        #expect(await second.status.lastError?.contains("as told") == true)
        clock.advance(by: .seconds(30))
        #expect(await eventually { await second.status.state == .running })
        try await second.stop()
    }

    @Test("stopping while it waits for the next start ends the wait")
    func stopWhileWaiting() async throws {
        let (service, clock) = (ScriptedService(), ManualClock())
        let supervisor = make(service, clock)
        try await supervisor.start()
        await service.crash()
        #expect(await eventually { await supervisor.status.state == .restarting })
        try await supervisor.stop()
        #expect(await supervisor.status.state == .stopped)
        #expect(await service.starts == 1)
    }

    @Test("an end that is another service's fault is not counted")
    func collateral() async throws {
        let (service, clock) = (ScriptedService(collateral: true), ManualClock())
        let supervisor = make(service, clock)
        try await supervisor.start()
        for count in 2...10 {
            await service.crash()
            #expect(await eventually { await service.starts == count })
            #expect(await eventually { await supervisor.status.state == .running })
        }
        try await supervisor.stop()
    }

    @Test("states are published in order")
    func published() async throws {
        let (service, clock) = (ScriptedService(), ManualClock())
        let supervisor = make(service, clock)
        let states = supervisor.states
        try await supervisor.start()
        try await supervisor.stop()
        var seen: [ProcessState] = []
        for await status in states {
            seen.append(status.state)
            if status.state == .stopped { break }
        }
        #expect(seen == [.starting, .running, .stopping, .stopped])
    }

    @Test("a restart on request is no crash, and overlapping ones do not end each other's service")
    func requestedRestarts() async throws {
        let (service, clock) = (ScriptedService(), ManualClock())
        let supervisor = make(service, clock)
        let crashes = supervisor.crashes
        try await supervisor.start()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<5 { group.addTask { try? await supervisor.restart() } }
        }
        #expect(await supervisor.status.state == .running)
        #expect(await service.starts == 6)
        #expect(await supervisor.status.lastExit == nil)
        #expect(await supervisor.status.failures == 0)
        try await supervisor.stop()
        let reader = Task { await crashes.reduce(into: 0) { count, _ in count += 1 } }
        // A crash would have been in the reader's queue before the restarts returned.
        reader.cancel()
        #expect(await reader.value == 0)
    }

    @Test("an end that somebody asked for behind the supervisor's back comes back at once and is no crash")
    func requestedEnd() async throws {
        let (service, clock) = (ScriptedService(), ManualClock())
        let supervisor = make(service, clock)
        try await supervisor.start()
        for count in 2...8 {
            try await service.stop()
            #expect(await eventually { await service.starts == count })
            #expect(await eventually { await supervisor.status.state == .running })
        }
        #expect(await supervisor.status.lastExit == nil)
        #expect(await supervisor.status.failures == 0)
        try await supervisor.stop()
    }

    @Test("a restart whose start fails throws, and the policy goes on with it")
    func failingRestart() async throws {
        let (service, clock) = (ScriptedService(), ManualClock())
        let supervisor = make(service, clock)
        try await supervisor.start()
        await service.failStarts(1)
        await #expect(throws: ProcessError.self) { try await supervisor.restart() }
        #expect(await eventually { clock.pending == [.seconds(30)] })
        #expect(await supervisor.status.failures == 1)
        clock.advance(by: .seconds(30))
        #expect(await eventually { await supervisor.status.state == .running })
        try await supervisor.stop()
    }

    @Test("five failures in a row end in error without a spin, and the status counts them")
    func counts() async throws {
        let (service, clock) = (ScriptedService(startFailures: 100), ManualClock())
        let supervisor = make(service, clock)
        await supervisor.begin()
        for (index, delay) in [30, 60, 120, 120].enumerated() {
            #expect(await eventually { clock.pending == [.seconds(delay)] })
            #expect(await supervisor.status.failures == index + 1)
            clock.advance(by: .seconds(delay))
        }
        #expect(await eventually { await supervisor.status.state == .error })
        #expect(await supervisor.status.failures == 5)
        clock.advance(by: .seconds(10_000))
        #expect(await service.starts == 5)
        #expect(clock.pending.isEmpty)
    }
}
