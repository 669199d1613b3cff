import Foundation
import Logging
import Probe

/// The jobs of a host: starts, watches, measures and ends them, and finds those again that an earlier agent started.
///
/// Commands about one job run one after the other; jobs do not wait for each other.
public actor HostJobs {
    /// What a start came to.
    public struct Started: Sendable {
        /// The job now.
        public var status: JobStatus
        /// How the one of the same id was ended that ran before; nil when there was none.
        public var replaced: JobEnd?
    }

    private let path: String
    private let keeperCommand: [String]
    private let limits: JobLimits
    private let policy: RestartPolicy
    private let runDirectory: RunDirectory
    private let logger: Logger
    private var jobs: [JobID: Job] = [:]
    private var lock: FileLock?
    private var turns: [JobID: (number: Int, task: Task<Void, Never>)] = [:]
    private var turn = 0
    private var commands: [Int: Job] = [:]
    private var isClosing = false
    /// How jobs ended that somebody wanted to end.
    public private(set) var stops = StopTally()

    /// Jobs that are kept in a folder; nothing is read yet.
    ///
    /// - Parameters:
    ///   - path: the agent's folder.
    ///   - keeper: the program that runs ``JobKeeper/run(folder:)``, and its words before the job's folder.
    ///   - runDirectory: where nodes have their folders.
    ///   - policy: when a job that is to be kept up is started again.
    public init(
        path: String, keeper: [String], runDirectory: RunDirectory, policy: RestartPolicy = RestartPolicy(),
        limits: JobLimits = JobLimits(), logger: Logger
    ) {
        (self.path, keeperCommand, self.runDirectory) = (path, keeper, runDirectory)
        (self.policy, self.limits, self.logger) = (policy, limits, logger)
    }

    /// Takes the folder for this process, and takes up the jobs in it.
    ///
    /// - Throws: `RunDirectoryError.inUse` while another agent has it.
    public func open() async throws {
        guard lock == nil else { return }
        try PrivateDirectory.make(path)
        lock = try FileLock(path: path + "/agent.lock", of: path)
        for folder in ["jobs", "exec"] { try PrivateDirectory.make("\(path)/\(folder)") }
        for job in stored(in: "jobs") {
            await job.reattach()
            jobs[job.id] = job
        }
        for command in stored(in: "exec") {
            // Whoever waited for it is gone.
            await command.reattach()
            do { _ = try await command.stop(.killTree) } catch { logger.error("\(error)") }
            command.folder.remove()
        }
        await forget()
    }

    private func stored(in folder: String) -> [Job] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []
        return names.sorted().compactMap { name in
            let folder = JobFolder(path: "\(path)/\(folder)/\(name)")
            do {
                guard let ledger = try AtomicFile.readJSON(JobLedger.self, from: folder.ledger) else { return nil }
                return make(ledger, folder)
            } catch {
                logger.error("a job's record cannot be read: \(error)")
                return nil
            }
        }
    }

    private func make(_ ledger: JobLedger, _ folder: JobFolder) -> Job {
        Job(
            ledger: ledger, folder: folder, keeperCommand: keeperCommand, limits: limits, policy: policy,
            runDirectory: runDirectory, logger: logger)
    }

    /// Watches and measures until cancelled. The jobs live on.
    public func run() async {
        var measured = ContinuousClock.now - limits.interval
        while (try? await Task.sleep(for: min(.milliseconds(250), limits.interval))) != nil {
            // Before they are looked at: a job that is being looked at is not forgotten.
            await forget()
            for (id, job) in jobs where turns[id] == nil { inTurn(id) { await job.look() } }
            let now = ContinuousClock.now
            guard now - measured >= limits.interval else { continue }
            measured = now
            var live: [Job] = []
            for job in jobs.values where await job.isLive { live.append(job) }
            guard !live.isEmpty else { continue }
            let living = ProcessFamily.scan()
            for job in live { await job.measure(living, at: now) }
        }
    }

    /// Starts nothing any more, waits for commands under way, and gives the folder back. The jobs live on.
    public func close() async {
        isClosing = true
        for command in commands.values { _ = try? await command.stop(.killTree) }
        for turn in turns.values { await turn.task.value }
        lock = nil
    }

    /// The oldest of those that have ended are forgotten, with their folders.
    private func forget() async {
        var ended: [(job: Job, at: Date)] = []
        for job in jobs.values {
            if turns[job.id] == nil, await !job.isLive, await !job.isKeptUp {
                ended.append((job, await job.end ?? .distantPast))
            }
        }
        guard ended.count > limits.ended else { return }
        for (job, _) in ended.sorted(by: { $0.at > $1.at }).dropFirst(limits.ended) where turns[job.id] == nil {
            jobs[job.id] = nil
            job.folder.remove()
        }
    }

    /// Runs `work` after what else is to be done with the job.
    @discardableResult
    private func inTurn<Result: Sendable>(
        _ id: JobID, _ work: @escaping @Sendable () async throws -> Result
    ) -> Task<Result, any Error> {
        let before = turns[id]?.task
        turn += 1
        let number = turn
        let task = Task {
            await before?.value
            return try await work()
        }
        turns[id] = (
            number,
            Task {
                _ = await task.result
                self.leave(id, number)
            }
        )
        return task
    }

    private func leave(_ id: JobID, _ number: Int) {
        if turns[id]?.number == number { turns[id] = nil }
    }

    // MARK: Commands

    /// Starts a job. One of the same id that runs is ended first, and confirmed gone.
    ///
    /// - Throws: `JobError`, or what writing its files throws.
    public func start(_ spec: JobSpec) async throws -> Started {
        try await inTurn(spec.id) { try await self.replace(spec) }.value
    }

    private func replace(_ spec: JobSpec) async throws -> Started {
        guard !isClosing, lock != nil else { throw JobError.closing }
        // Before the one that runs is ended for it.
        _ = try spec.resolve()
        var replaced: JobEnd?
        if let old = jobs[spec.id] {
            let end = try await bringDown(old, .terminate)
            if end.endedBy != nil { replaced = end }
        } else {
            var running = 0
            for job in jobs.values where await job.isLive { running += 1 }
            guard running < limits.running else { throw JobError.tooMany(limit: limits.running, what: "jobs") }
        }
        let job = make(JobLedger(spec: spec), JobFolder(path: "\(path)/jobs/\(spec.id.fileName)"))
        jobs[spec.id] = job
        try await job.start()
        return Started(status: await job.status, replaced: replaced)
    }

    /// Ends a job with all it started; how that went.
    ///
    /// - Throws: `JobError.unknown`, `.stillAlive`.
    public func stop(_ id: String, _ mode: StopMode, grace: Duration? = nil) async throws -> JobEnd {
        let job = try find(id)
        return try await inTurn(job.id) { try await self.bringDown(job, mode, grace: grace) }.value
    }

    private func bringDown(_ job: Job, _ mode: StopMode, grace: Duration? = nil) async throws -> JobEnd {
        do {
            let end = try await job.stop(mode, grace: grace)
            stops.count(end, asked: mode)
            return end
        } catch {
            stops.countFailure()
            throw error
        }
    }

    /// Ends all jobs that run, side by side.
    ///
    /// - Returns: how each went, by id.
    public func stopAll(_ mode: StopMode, grace: Duration? = nil) async -> [(
        id: JobID, result: Result<JobEnd, JobError>
    )] {
        await withTaskGroup(of: (id: JobID, result: Result<JobEnd, JobError>)?.self) { group in
            for job in jobs.values {
                group.addTask {
                    guard await job.isToBeStopped else { return nil }
                    do {
                        return (job.id, .success(try await self.stop(job.id.rawValue, mode, grace: grace)))
                    } catch let error as JobError {
                        return (job.id, .failure(error))
                    } catch { return (job.id, .failure(.cannotStart("\(error)"))) }
                }
            }
            var all: [(id: JobID, result: Result<JobEnd, JobError>)] = []
            for await one in group { if let one { all.append(one) } }
            return all.sorted { $0.id < $1.id }
        }
    }

    /// Ends a job and starts it again as it was started.
    ///
    /// - Throws: `JobError`.
    public func restart(_ id: String) async throws -> Started {
        let job = try find(id)
        return try await start(await job.spec)
    }

    private func find(_ id: String) throws(JobError) -> Job {
        guard let id = JobID(id), let job = jobs[id] else { throw .unknown(String(id.prefix(JobID.maximumLength))) }
        return job
    }

    /// All jobs, those that have ended too, by id.
    public func statuses() async -> [JobStatus] {
        var all: [JobStatus] = []
        for job in jobs.values.sorted(by: { $0.id < $1.id }) { all.append(await job.status) }
        return all
    }

    /// All jobs with what they cost, by id.
    public func figures() async -> [JobFigures] {
        var all: [JobFigures] = []
        for job in jobs.values.sorted(by: { $0.id < $1.id }) { all.append(await job.figures) }
        return all
    }

    /// One job.
    ///
    /// - Throws: `JobError.unknown`.
    public func status(_ id: String) async throws -> JobStatus { await (try find(id)).status }

    /// The file of a job's log; what was written before it was rotated is beside it, with `.1`.
    ///
    /// - Throws: `JobError.unknown`.
    public func logPath(_ id: String) async throws -> String { await (try find(id)).logPath }

    // MARK: Commands that are waited for

    /// Runs a command to its end, at most for `timeout`: then it is killed with all it started.
    ///
    /// - Throws: `JobError`.
    public func execute(_ spec: JobSpec, timeout: Duration) async throws -> CommandResult {
        guard !isClosing, lock != nil else { throw JobError.closing }
        guard commands.count < limits.commands else { throw JobError.tooMany(limit: limits.commands, what: "commands") }
        var spec = spec
        spec.capture = limits.output
        turn += 1
        let number = turn
        let folder = JobFolder(path: "\(path)/exec/\(number)")
        let job = make(JobLedger(spec: spec), folder)
        commands[number] = job
        defer {
            commands[number] = nil
            folder.remove()
        }
        let begun = ContinuousClock.now
        try await job.start()
        var timedOut = false
        while await job.isLive {
            await job.look()
            guard await job.isLive else { break }
            // Also when nobody waits for it any more.
            if Task.isCancelled || ContinuousClock.now - begun >= timeout {
                timedOut = true
                _ = try await job.stop(.killTree)
                break
            }
            try? await Task.sleep(for: .milliseconds(10))
        }
        let (status, captured) = (await job.status, await job.captured())
        return CommandResult(
            exitCode: status.exitCode, signal: status.signal, timedOut: timedOut, output: captured.output,
            errors: captured.errors, isTruncated: captured.isTruncated, took: (ContinuousClock.now - begun).inSeconds)
    }
}
