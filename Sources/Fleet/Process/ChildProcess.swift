import Foundation
import Logging
import Subprocess

/// One supervised child: spawned in a session of its own, its output kept, its end reported, its stop confirmed.
///
/// It dies with its parent, however the parent dies: `setpriv --pdeathsig KILL` asks the kernel for it before it
/// becomes the program (exec keeps the pid). The kernel sends that signal when the *thread* that forked ends,
/// so the fork must happen on a thread that never does; swift-subprocess spawns from one worker thread that lives
/// as long as the process (`ChildProcessTests` watches that it stays so).
public actor ChildProcess {
    /// What is run.
    public nonisolated let command: ChildCommand
    /// Every end of the process, asked for or not, the newest 16 if nobody reads. One reader.
    public nonisolated let exits: AsyncStream<ProcessExit>

    private let logger: Logger
    private let exitsContinuation: AsyncStream<ProcessExit>.Continuation
    private var lifecycle = ProcessLifecycle()
    private var output: ProcessOutput?
    private var runTask: Task<Void, Never>?
    private var spawned: CheckedContinuation<Int32, any Error>?
    private var waiters = ExitWaiters()
    private var stopping = false
    private var startInstant = ContinuousClock.now
    private var outOfMemoryKills: UInt64?
    private var lastExit: ProcessExit?
    /// What it and its descendants are known to be; what of that outlives it is swept by `stop` and by the next start.
    private var family = ProcessFamily()

    /// The process now, nil when it is not up.
    public private(set) var identity: ProcessIdentity?

    /// A child that is not started yet.
    public init(_ command: ChildCommand, logger: Logger) {
        self.command = command
        self.logger = logger
        (exits, exitsContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(16))
    }

    /// What it is doing.
    public var state: ProcessState { lifecycle.state }

    /// What it wrote last on both channels, oldest first, at most 200 lines of at most 1 KiB.
    public var lastLines: [String] { output?.lines ?? lastExit?.lastLines ?? [] }

    /// What it wrote last on standard output alone, at most 16 lines.
    public var standardOutputLines: [String] { output?.standardOutputLines ?? [] }

    /// Spawns the program and returns its pid once it exists; readiness is `waitUntilReady`'s business.
    ///
    /// - Throws: `ProcessError.missingProgram`, `.alreadyRunning`, `.spawnFailed`.
    @discardableResult
    public func start() async throws -> Int32 {
        guard runTask == nil else { throw ProcessError.alreadyRunning(name: command.name, pid: identity?.pid) }
        try await sweep()
        let path = command.environment["PATH"]
        let program = try ProgramPath.resolve(command.executable, path: path)
        let wrapper = try ProgramPath.resolve("setpriv", path: path)
        let output = try ProcessOutput(logPath: command.logPath)
        let configuration = Subprocess.Configuration(
            executable: .path(.init(wrapper)),
            arguments: Arguments(
                ["--pdeathsig", command.parentDeathSignal.rawValue, "--", program] + command.arguments),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: command.environment.map { (Environment.Key(stringLiteral: $0), $1) })),
            workingDirectory: command.workingDirectory.map { .init($0) },
            platformOptions: Self.ownSession)
        lifecycle.apply(.startRequested)
        self.output = output
        stopping = false
        startInstant = .now
        outOfMemoryKills = OutOfMemoryCounter.read()
        return try await withCheckedThrowingContinuation { continuation in
            spawned = continuation
            runTask = Task { await self.run(configuration, output) }
        }
    }

    private static var ownSession: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        return options
    }

    private func run(_ configuration: Subprocess.Configuration, _ output: ProcessOutput) async {
        do {
            let result = try await Subprocess.run(configuration, input: .none, output: .sequence, error: .sequence) {
                execution in
                self.didSpawn(execution.processIdentifier.value)
                async let errors: Void = Self.drain(execution.standardError, into: output, .error)
                await Self.drain(execution.standardOutput, into: output, .output)
                await errors
            }
            await sweepAfterEnd()
            didEnd(result.terminationStatus)
        } catch {
            didFail("\(error)")
        }
    }

    private static func drain(
        _ sequence: SubprocessOutputSequence, into output: ProcessOutput, _ channel: ProcessOutput.Channel
    ) async {
        do {
            for try await buffer in sequence {
                buffer.withUnsafeBytes { output.append($0, from: channel) }
            }
        } catch {
            // A broken pipe ends the capture, not the process: its exit is reported by its own way.
        }
        output.finish(channel)
    }

    /// What an end nobody asked for leaves behind does not outlive it.
    private func sweepAfterEnd() async {
        guard let identity else { return }
        family.add(identity)
        do { try await sweep() } catch { logger.error("\(error)", metadata: ["process": "\(command.name)"]) }
    }

    private func didSpawn(_ pid: Int32) {
        identity = ProcessIdentity(of: pid) ?? ProcessIdentity(pid: pid, startTime: 0)
        logger.debug("spawned", metadata: ["process": "\(command.name)", "pid": "\(pid)"])
        spawned?.resume(returning: pid)
        spawned = nil
    }

    private func didFail(_ reason: String) {
        runTask = nil
        lifecycle.apply(.exited)
        spawned?.resume(throwing: ProcessError.spawnFailed(name: command.name, reason: reason))
        spawned = nil
        guard let identity else { return }
        // It had been spawned: a monitoring failure must still count as an end, or waiters would hang.
        identity.send(SIGKILL)
        report(code: nil, signal: SIGKILL, pid: identity.pid)
    }

    private func didEnd(_ status: TerminationStatus) {
        runTask = nil
        lifecycle.apply(.exited)
        let pid = identity?.pid ?? 0
        switch status {
        case .exited(let code): report(code: code, signal: nil, pid: pid)
        case .signaled(let signal): report(code: nil, signal: signal, pid: pid)
        }
    }

    private func report(code: Int32?, signal: Int32?, pid: Int32) {
        let killsNow = OutOfMemoryCounter.read()
        let exit = ProcessExit(
            pid: pid, code: code, signal: signal, uptime: .now - startInstant, lastLines: output?.lines ?? [],
            wasRequested: stopping,
            outOfMemoryKill: outOfMemoryKills.map { before in killsNow.map { $0 > before } ?? false } ?? false)
        lastExit = exit
        if let identity { family.add(identity) }
        identity = nil
        logger.log(
            level: stopping ? .debug : .warning, "ended",
            metadata: ["process": "\(command.name)", "pid": "\(pid)", "how": "\(exit.summary)"])
        waiters.resumeAll(with: exit)
        exitsContinuation.yield(exit)
    }

    /// Marks the process ready once `check` says so, asked every `interval`.
    ///
    /// - Parameters:
    ///   - deadline: how long it may take. On a miss the process keeps running; stopping it is the caller's choice.
    ///   - check: throws or returns false while it is not ready.
    /// - Throws: `ProcessError.exitedEarly` with its code and last lines, or `.notReady`.
    public func waitUntilReady(
        within deadline: Duration, every interval: Duration = .milliseconds(10),
        _ check: @Sendable () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + deadline
        while true {
            try throwIfEnded()
            if (try? await check()) == true {
                try throwIfEnded()
                lifecycle.apply(.becameReady)
                return
            }
            guard .now < end else {
                throw ProcessError.notReady(name: command.name, after: deadline, lastLines: lastLines)
            }
            try await Task.sleep(for: interval)
        }
    }

    private func throwIfEnded() throws {
        guard identity == nil else { return }
        let exit = lastExit ?? ProcessExit(pid: 0, code: nil, signal: nil, uptime: .zero)
        throw ProcessError.exitedEarly(name: command.name, exit: exit)
    }

    /// Waits for the end of the process, at most `limit`; nil when it still runs then.
    public func waitForExit(within limit: Duration) async -> ProcessExit? {
        guard runTask != nil else { return lastExit }
        var timer: Task<Void, Never>?
        defer { timer?.cancel() }
        return await withCheckedContinuation { continuation in
            let id = waiters.add(continuation)
            timer = Task {
                // Cancelled when the exit came first; expiring an answered waiter does nothing.
                try? await Task.sleep(for: limit)
                self.waiters.expire(id)
            }
        }
    }

    /// Ends the process and everything it started, and returns when that is confirmed.
    ///
    /// SIGTERM first, after `grace` SIGKILL, then SIGKILL for what remains of its session and its descendants. One that is
    /// stopped (SIGSTOP, a debugger) cannot heed SIGTERM and gets SIGKILL at once.
    ///
    /// - Throws: `ProcessError.stillAlive` when even that left something, which only uninterruptible I/O does.
    public func stop(grace: Duration = .seconds(5)) async throws {
        stopping = true
        lifecycle.apply(.stopRequested)
        let spawnDeadline = ContinuousClock.now + .seconds(2)
        while runTask != nil, identity == nil, .now < spawnDeadline {
            // Asked to stop between the request to spawn and the spawn.
            try? await Task.sleep(for: .milliseconds(5))
        }
        if let identity {
            // Before anything ends: a descendant with a session of its own is found by its living parents alone.
            family.add(identity)
            family.grow()
            if !identity.isStopped {
                identity.send(SIGTERM)
                await endOrStop(of: identity, within: grace)
            }
            if identity.isAlive {
                logger.warning("did not end on SIGTERM", metadata: ["process": "\(command.name)"])
                family.grow()
                identity.send(SIGKILL)
            }
            try await sweep()
            if await waitForExit(within: .seconds(5)) == nil {
                throw ProcessError.stillAlive(name: command.name, pids: [identity.pid])
            }
        }
        try await sweep()
    }

    /// Waits until it is dead, or is stopped and will not end by itself, at most `grace`.
    private func endOrStop(of process: ProcessIdentity, within grace: Duration) async {
        let end = ContinuousClock.now + grace
        while process.isAlive, !process.isStopped, .now < end {
            _ = await waitForExit(within: min(.milliseconds(100), end - .now))
        }
    }

    /// Kills what the process left behind; nothing in the usual case.
    ///
    /// - Throws: `ProcessError.stillAlive`.
    public func sweep() async throws {
        let end = ContinuousClock.now + .seconds(5)
        while true {
            let left = family.grow().filter { $0 != identity }
            if left.isEmpty { break }
            for member in left { member.send(SIGKILL) }
            guard .now < end else {
                throw ProcessError.stillAlive(name: command.name, pids: left.map(\.pid))
            }
            try? await Task.sleep(for: .milliseconds(10))
        }
        family = ProcessFamily()
    }
}
