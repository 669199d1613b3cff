import Foundation
import Logging
import Probe

/// Keeps one service up by its restart policy. The clock is injected, so that minutes of backing off are tested in
/// milliseconds.
public actor Supervisor<C: Clock> where C.Duration == Duration {
    private let service: any SupervisedService
    private let clock: C
    private let logger: Logger
    private nonisolated let statesFanout = EventFanout<ServiceStatus>(capacity: 32)
    private nonisolated let crashesFanout = EventFanout<CrashRecord>(capacity: 32)
    private var policy: RestartPolicy
    private var lifecycle = ProcessLifecycle()
    private var loop: Task<Void, Never>?
    private var nap: Task<Void, Never>?
    private var wantsStop = false
    private var firstAttempt: CheckedContinuation<Void, any Error>?
    /// What becomes of a first start that fails: nothing is supervised, or the policy goes on with it.
    private var firstFailureEnds = true
    private var pendingStops = 0
    /// The newest of the commands that wait for each other.
    private var commands: Task<Void, Never>?

    /// The service's status now.
    public private(set) var status: ServiceStatus

    /// A supervisor that has not begun.
    public init(_ service: any SupervisedService, policy: RestartPolicy = RestartPolicy(), clock: C, logger: Logger) {
        self.service = service
        self.policy = policy
        self.clock = clock
        self.logger = logger
        status = ServiceStatus(name: service.name)
    }

    /// Every change of the service's status from now on; each access is a reader with a queue of 32.
    public nonisolated var states: AsyncStream<ServiceStatus> { statesFanout.subscribe() }

    /// Every end nobody asked for from now on; each access is a reader with a queue of 32.
    public nonisolated var crashes: AsyncStream<CrashRecord> { crashesFanout.subscribe() }

    /// Begins: the first start is tried now and its error is thrown, in which case nothing is supervised.
    /// Later failures are the policy's.
    public func start() async throws {
        try await inTurn { try await self.bringUp(firstFailureEnds: true) }
    }

    /// Begins without waiting: a first start that fails is handled by the policy like any other.
    public func begin() {
        guard loop == nil else { return }
        wantsStop = false
        policy.reset()
        loop = Task { await self.supervise() }
    }

    /// Ends the service and the supervision; returns when both are confirmed.
    public func stop() async throws {
        pendingStops += 1
        defer { pendingStops -= 1 }
        interrupt()
        if loop != nil {
            publish(.stopRequested)
            // A command that waits for the service to come up must not hold this one back. Its error comes below.
            try? await service.stop()
        }
        try await inTurn { try await self.bringDown() }
    }

    /// Ends the service and starts it again at once; ends a wait or the `error` state. Forgets earlier failures. It is no
    /// crash. An error of the new start is thrown, and the policy tries again.
    public func restart() async throws {
        try await inTurn {
            if await self.cutWaitShort() { return }
            try await self.bringDown()
            try await self.bringUp(firstFailureEnds: false)
        }
    }

    /// Ends the streams of states and crashes; nothing is told from then on.
    public nonisolated func finish() {
        statesFanout.finish()
        crashesFanout.finish()
    }

    /// Takes up what was known of the service before this process began.
    public func remember(_ earlier: ServiceStatus) {
        if status.lastExit == nil { status.lastExit = earlier.lastExit }
    }

    /// Commands run one after the other: two that overlap would end what the other has just started.
    private func inTurn(_ command: @escaping @Sendable () async throws -> Void) async throws {
        let before = commands
        let task = Task {
            await before?.value
            try await command()
        }
        commands = Task { _ = await task.result }
        try await task.value
    }

    private func bringUp(firstFailureEnds: Bool) async throws {
        guard pendingStops == 0 else { throw CancellationError() }
        guard loop == nil else { return }
        wantsStop = false
        policy.reset()
        self.firstFailureEnds = firstFailureEnds
        try await withCheckedThrowingContinuation { continuation in
            firstAttempt = continuation
            loop = Task { await self.supervise() }
        }
    }

    private func bringDown() async throws {
        interrupt()
        if loop != nil { publish(.stopRequested) }
        var failure: (any Error)?
        do { try await service.stop() } catch { failure = error }
        await loop?.value
        loop = nil
        // A start that was under way when the first stop came may have brought it up again.
        do { try await service.stop() } catch { failure = error }
        if lifecycle.state == .stopping { publish(.exited) } else { publish(.stopRequested) }
        if let failure { throw failure }
    }

    private func interrupt() {
        wantsStop = true
        nap?.cancel()
    }

    private func cutWaitShort() -> Bool {
        guard lifecycle.state == .restarting, let nap else { return false }
        policy.reset()
        nap.cancel()
        return true
    }

    private func supervise() async {
        while !wantsStop {
            publish(.startRequested)
            let decision: RestartPolicy.Decision
            do {
                try await service.start()
                if wantsStop { break }
                let since = clock.now
                status.lastError = nil
                publish(.becameReady, pid: await service.pid)
                answerFirstAttempt(.success(()))
                let exit = await service.waitForExit()
                if wantsStop { break }
                decision = await decide(exit, uptime: since.duration(to: clock.now))
            } catch {
                if wantsStop { break }
                status.lastError = "\(error)"
                logger.warning("start failed", metadata: ["service": "\(service.name)", "error": "\(error)"])
                if case ProcessError.exitedEarly(_, let exit) = error { record(exit) }
                if firstAttempt != nil, firstFailureEnds {
                    publish(.gaveUp)
                    loop = nil
                    return answerFirstAttempt(.failure(error))
                }
                answerFirstAttempt(.failure(error))
                decision = policy.ended(after: .zero)
            }
            guard case .restart(let delay) = decision else {
                publish(.gaveUp)
                loop = nil
                return
            }
            await wait(delay)
        }
        answerFirstAttempt(.failure(CancellationError()))
    }

    private func decide(_ exit: ProcessExit, uptime: Duration) async -> RestartPolicy.Decision {
        // Ended by what it depends on, or by somebody who holds it: no crash, and no failure of its own.
        if exit.wasRequested { return .restart(after: .zero) }
        record(exit)
        if await service.isCollateral(exit) { return .restart(after: .zero) }
        return policy.ended(after: uptime)
    }

    private func record(_ exit: ProcessExit) {
        let crash = CrashRecord(service: service.name, exit: exit)
        status.lastExit = crash
        crashesFanout.send(crash)
    }

    private func wait(_ delay: Duration) async {
        status.restarts += 1
        if delay > .zero { status.nextStart = Date(timeIntervalSinceNow: delay.inSeconds) }
        publish(.restartScheduled)
        guard delay > .zero, !wantsStop else { return }
        let clock = clock
        let nap = Task { _ = try? await clock.sleep(for: delay) }
        self.nap = nap
        await nap.value
        self.nap = nil
        status.nextStart = nil
    }

    private func answerFirstAttempt(_ result: Result<Void, any Error>) {
        firstAttempt?.resume(with: result)
        firstAttempt = nil
    }

    private func publish(_ event: ProcessLifecycle.Event, pid: Int32? = nil) {
        guard lifecycle.apply(event) else { return }
        status.state = lifecycle.state
        status.failures = policy.failures
        status.pid = pid
        status.runningSince = lifecycle.state == .running ? Date() : nil
        statesFanout.send(status)
    }
}
