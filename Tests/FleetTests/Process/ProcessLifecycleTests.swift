import Testing

@testable import Fleet

@Suite("ProcessLifecycle")
struct ProcessLifecycleTests {
    @Test("a normal life goes from stopped through running back to stopped")
    func normalLife() {
        var life = ProcessLifecycle()
        let path: [(ProcessLifecycle.Event, ProcessState)] = [
            (.startRequested, .starting), (.becameReady, .running), (.stopRequested, .stopping), (.exited, .stopped),
        ]
        for (event, state) in path {
            let applied = life.apply(event)
            #expect(applied)
            #expect(life.state == state)
        }
    }

    @Test("a crash leads to restarting, starting again, and in the end to error")
    func crash() {
        var life = ProcessLifecycle(.running)
        for (event, state) in [
            (ProcessLifecycle.Event.restartScheduled, ProcessState.restarting), (.startRequested, .starting),
            (.gaveUp, .error), (.startRequested, .starting),
        ] {
            let applied = life.apply(event)
            #expect(applied)
            #expect(life.state == state)
        }
    }

    @Test("an event that makes no sense changes nothing", arguments: ProcessState.allCases)
    func illegal(_ state: ProcessState) {
        for event in ProcessLifecycle.Event.allCases {
            var life = ProcessLifecycle(state)
            if !life.apply(event) { #expect(life.state == state) }
        }
        var stopped = ProcessLifecycle(.stopped)
        let applied = [stopped.apply(.exited), stopped.apply(.becameReady)]
        #expect(applied == [false, false])
    }
}
