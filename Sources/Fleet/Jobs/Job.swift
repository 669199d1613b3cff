import Foundation
import Logging
import Probe

/// One job of a host: its keeper is started, watched, and ended. The one who owns it sees to it that its commands do not
/// overlap.
actor Job {
    nonisolated let id: JobID
    nonisolated let folder: JobFolder

    private let keeperCommand: [String]
    let limits: JobLimits
    /// Where nodes have their folders.
    let runDirectory: RunDirectory
    let logger: Logger
    var policy: RestartPolicy
    var ledger: JobLedger
    var record: JobRecord?
    var keeper: ProcessIdentity?
    /// The keeper's pid while it is a child of this process that nobody has waited for.
    private var unreaped: Int32?
    var family = ProcessFamily()
    var meter: JobMeter
    var phase = JobState.starting
    var problem: String?
    var endedAt: Date?
    var nextStart: (at: ContinuousClock.Instant, date: Date)?

    /// - Parameter keeperCommand: the program that runs ``JobKeeper/run(folder:)`` and its words before the folder.
    init(
        ledger: JobLedger, folder: JobFolder, keeperCommand: [String], limits: JobLimits, policy: RestartPolicy,
        runDirectory: RunDirectory, logger: Logger
    ) {
        (id, self.folder, self.ledger, self.keeperCommand) = (ledger.spec.id, folder, ledger, keeperCommand)
        (self.limits, self.policy, self.runDirectory) = (limits, policy, runDirectory)
        meter = JobMeter(limits: limits)
        var logger = logger
        logger[metadataKey: "job"] = "\(ledger.spec.id.fileName)"
        self.logger = logger
    }

    /// What it runs.
    var spec: JobSpec { ledger.spec }
    /// Whether it has processes, or is about to.
    var isLive: Bool { phase.isLive }
    /// When it ended; nil while it runs.
    var end: Date? { endedAt }
    /// It runs, or would be started again.
    var isToBeStopped: Bool { isLive || isKeptUp }
    /// Nobody wanted it to end, and it is started again if it does.
    var isKeptUp: Bool { ledger.spec.isKeptUp && ledger.isWanted }

    // MARK: Starting

    /// Starts it, and returns when its process is there.
    ///
    /// - Throws: `JobError.cannotStart`, or what writing its files throws.
    func start() async throws {
        (phase, problem, endedAt, nextStart, record) = (.starting, nil, nil, nil, nil)
        (family, meter) = (ProcessFamily(), JobMeter(limits: limits))
        (ledger.isWanted, ledger.endedBy) = (true, nil)
        do {
            try PrivateDirectory.make(folder.path)
            unlink(folder.record)
            try save()
            try await startKeeper()
        } catch {
            phase = .failed
            (problem, endedAt) = ("\(error)", Date())
            throw error
        }
        logger.notice("started", metadata: ["pid": "\(record?.process?.pid ?? 0)"])
    }

    func save() throws { try AtomicFile.writeJSON(ledger, to: folder.ledger) }

    private func startKeeper() async throws {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        let log = open(folder.keeperLog, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        defer { for one in [null, log] where one >= 0 { close(one) } }
        guard null >= 0, log >= 0 else {
            throw RunDirectoryError.cannotWrite(path: folder.keeperLog, reason: errnoText())
        }
        let spawned = Spawn.start(
            keeperCommand[0], keeperCommand + [folder.path], environment: ChildCommand.baseEnvironment, directory: "/",
            descriptors: (null, log, log))
        guard case .success(let pid) = spawned else {
            throw JobError.cannotStart("the job's keeper cannot be run: \(spawned)")
        }
        unreaped = pid
        let identity = ProcessIdentity(of: pid) ?? ProcessIdentity(pid: pid, startTime: 0)
        keeper = identity
        let deadline = ContinuousClock.now + .seconds(15)
        while true {
            let isAlive = keeperIsAlive()
            // Read after that was asked: what a keeper wrote before its end is seen.
            if let found = JobRecord.read(folder), found.keeper == identity,
                found.process != nil || found.failure != nil
            {
                return try take(found)
            }
            guard isAlive else {
                let said = (try? String(contentsOfFile: folder.keeperLog, encoding: .utf8)) ?? ""
                throw JobError.cannotStart("the job's keeper ended at once: \(said.prefix(300))")
            }
            guard .now < deadline else {
                identity.send(SIGKILL)
                throw JobError.cannotStart("the job's keeper did not start it within 15 s")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func take(_ found: JobRecord) throws {
        record = found
        if let failure = found.failure { throw JobError.cannotStart(failure) }
        adopt(found)
        phase = .running
    }

    private func adopt(_ found: JobRecord) {
        (record, keeper) = (found, found.keeper)
        family.add(found.keeper)
        if let process = found.process { family.add(process) }
    }

    // MARK: Finding again

    /// Takes up a job that an earlier agent started.
    func reattach() async {
        let found = JobRecord.read(folder)
        guard let found, found.boot == JobRecord.currentBoot else {
            (phase, problem) = (.failed, found == nil ? "it was not started" : "the host was started again meanwhile")
            (record, endedAt) = (found, Date())
            if found?.exit != nil { judge() }
            // One that went down with its host has not failed.
            guard found == nil else { return startAgain(after: .zero) }
            return plan(uptime: .zero)
        }
        adopt(found)
        if found.failure != nil || !found.keeper.isAlive { return await settle() }
        phase = .running
        logger.notice("found again", metadata: ["pid": "\(found.process?.pid ?? 0)"])
    }

    // MARK: Watching

    /// Looks whether it has ended; once more where it is to be started again.
    func look() async {
        if phase == .running, !keeperIsAlive() { await settle() }
        guard let nextStart, nextStart.at <= .now, !phase.isLive, isKeptUp else { return }
        ledger.restarts += 1
        do { try await start() } catch {
            logger.warning("not started again: \(error)")
            plan(uptime: .zero)
        }
    }

    /// Measures it, by what was read of all processes.
    func measure(_ living: [Int32: ProcessStat], at now: ContinuousClock.Instant) {
        guard phase == .running || phase == .stopping, let keeper else { return }
        let members = family.grow(in: living).filter { $0 != keeper }
        let stats = members.compactMap { member in living[member.pid].map { (member, $0) } }
        meter.note(
            Dictionary(stats) { $1 }, keeper: living[keeper.pid].map { (keeper, $0) }, at: now)
    }

    func keeperIsAlive() -> Bool {
        if let pid = unreaped {
            var status: Int32 = 0
            if waitpid(pid, &status, WNOHANG) == pid { unreaped = nil }
        }
        return keeper?.isAlive ?? false
    }

    /// Its keeper is gone: what it wrote last says how it ended, and nothing of it may be left.
    func settle() async {
        if let found = JobRecord.read(folder), found.keeper == keeper { record = found }
        let lost = record?.exit == nil && record?.failure == nil
        if lost { try? await killFamily(within: .seconds(5)) }
        endedAt = record?.exit?.time ?? Date()
        judge()
        if lost { problem = "its keeper was killed, and so was it; how it ended nobody saw" }
        if let seat = ledger.spec.seat { await clear(seat) }
        guard phase == .failed || isKeptUp else { return }
        if let exit = record?.exit, ledger.isWanted { ledger.lastCrash = exit }
        try? save()
        plan(uptime: record?.exit.map { .seconds($0.uptime) } ?? .zero)
    }

    private func judge() {
        let exit = record?.exit
        if !ledger.isWanted || exit?.exitCode == 0 {
            (phase, problem) = (.exited, nil)
        } else {
            phase = .failed
            problem = exit?.summary ?? record?.failure ?? "nobody saw how it ended"
        }
    }

    /// A node that was killed left its children's record and sockets.
    private func clear(_ seat: JobSpec.Seat) async {
        guard let directory = try? runDirectory.instance(seat.instance) else { return }
        do { try await ChildLedger(directory: directory, logger: logger).reclaim() } catch {
            logger.warning("not cleared: \(error)")
        }
        _ = try? directory.lock()
    }

    /// Decides whether it is started again, and when.
    private func plan(uptime: Duration) {
        nextStart = nil
        guard isKeptUp else { return }
        switch policy.ended(after: uptime) {
        case .giveUp:
            logger.error("ended too often, and is not started any more without being asked")
        case .restart(let delay): startAgain(after: delay)
        }
    }

    private func startAgain(after delay: Duration) {
        guard isKeptUp else { return }
        nextStart = (.now + delay, Date(timeIntervalSinceNow: delay.inSeconds))
    }
}
