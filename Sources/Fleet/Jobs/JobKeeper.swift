import CProcess
import Foundation
import Glibc
import Probe

/// The process between an agent and a job: it starts the job, takes its output, waits for its end, ends what the job
/// leaves behind, and writes down how it went. It outlives the agent, and so does the job.
///
/// What the job starts and loses becomes the keeper's (`PR_SET_CHILD_SUBREAPER`), so that nothing gets away, whatever
/// sessions it makes. One thread, no event loop: it sleeps until there is output, or an end.
public struct JobKeeper {
    private let folder: JobFolder
    private let spec: JobSpec
    private let output: JobOutput
    private var record: JobRecord
    private var family = ProcessFamily()
    private var status: Int32?

    /// Keeps the job of a folder until it has ended.
    ///
    /// - Throws: `RunDirectoryError` where the folder holds no job, or another keeper has it.
    public static func run(folder path: String) throws {
        let folder = JobFolder(path: path)
        guard let ledger = try AtomicFile.readJSON(JobLedger.self, from: folder.ledger) else {
            throw RunDirectoryError.cannotRead(path: folder.ledger, reason: "there is no such file")
        }
        let lock = try FileLock(path: folder.lock, of: folder.path)
        // What ends everything on a host comes to the job too; the keeper has to see how it takes it.
        for number in [SIGTERM, SIGINT, SIGHUP, SIGPIPE] { _ = Glibc.signal(number, SIG_IGN) }
        _ = loco_become_subreaper()
        var keeper = try JobKeeper(folder: folder, spec: ledger.spec)
        try keeper.keep()
        withExtendedLifetime(lock) {}
    }

    private init(folder: JobFolder, spec: JobSpec) throws {
        (self.folder, self.spec) = (folder, spec)
        record = JobRecord(keeper: .current, boot: JobRecord.currentBoot)
        output = try JobOutput(spec, in: folder)
        try save()
    }

    private func save() throws { try AtomicFile.writeJSON(record, to: folder.record) }

    private mutating func keep() throws {
        let before = OutOfMemoryCounter.read()
        let start = ContinuousClock.now
        let pid: Int32
        do {
            pid = try spawn()
        } catch {
            output.finish()
            record.failure = "\(error)"
            try save()
            return
        }
        let process = ProcessIdentity(of: pid) ?? ProcessIdentity(pid: pid, startTime: 0)
        (record.process, record.startedAt) = (process, Date())
        try save()
        wait(for: pid)
        let uptime = ContinuousClock.now - start
        sweep(pid)
        output.finish()
        let killed = before.flatMap { before in OutOfMemoryCounter.read().map { $0 > before } } ?? false
        let exit = ProcessExit(
            pid: pid, code: status.flatMap(Self.code), signal: status.flatMap(Self.signal), uptime: uptime,
            lastLines: output.lines, outOfMemoryKill: killed)
        record.exit = CrashRecord(service: spec.id.rawValue, exit: exit)
        record.isTruncated = output.isTruncated
        try save()
    }

    private func spawn() throws -> Int32 {
        let program = try spec.resolve()
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(null) }
        let ends = output.writeEnds
        let spawned = Spawn.start(
            program, [spec.executable] + spec.arguments, environment: spec.fullEnvironment,
            directory: spec.workingDirectory ?? "/", descriptors: (null, ends[0], ends[1]))
        output.closeWriteEnds()
        switch spawned {
        case .success(let pid): return pid
        case .failure(let error):
            throw JobError.cannotStart("exe: '\(spec.executable)' cannot be run: \(error)")
        }
    }

    /// Takes output until the process has ended.
    private mutating func wait(for pid: Int32) {
        let end = loco_pidfd_open(pid)
        defer { if end >= 0 { close(end) } }
        while status == nil {
            // Once a second, also for those that lost their parents and ended.
            poll([end] + output.descriptors, milliseconds: end >= 0 ? 1000 : 50)
            reap(pid)
        }
    }

    /// Ends what the process left, and takes what was still in the pipes.
    private mutating func sweep(_ pid: Int32) {
        family.add(record.keeper)
        if let process = record.process { family.add(process) }
        var killed: Set<ProcessIdentity> = []
        let deadline = ContinuousClock.now + .seconds(5)
        while .now < deadline {
            let left = family.grow().filter { $0 != record.keeper }
            if left.isEmpty { break }
            for member in left where member.send(SIGKILL) { killed.insert(member) }
            poll(output.descriptors, milliseconds: 10)
            reap(pid)
        }
        record.leftovers = killed.count
        // All writers are gone, so that this comes to the pipes' ends.
        while !output.descriptors.isEmpty, .now < deadline { poll(output.descriptors, milliseconds: 100) }
        reap(pid)
    }

    private func poll(_ descriptors: [Int32], milliseconds: Int32) {
        var wanted = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard Glibc.poll(&wanted, nfds_t(wanted.count), milliseconds) > 0 else { return }
        let readable = Int16(POLLIN | POLLHUP | POLLERR)
        for one in wanted where one.fd >= 0 && one.revents & readable != 0 { output.read(one.fd) }
    }

    private mutating func reap(_ pid: Int32) {
        while true {
            var ended: Int32 = 0
            let which = waitpid(-1, &ended, WNOHANG)
            if which == pid { status = ended }
            guard which > 0 else {
                // Nobody is left to wait for: the end was missed, which does not happen, and must not hang.
                if which < 0, errno == ECHILD, status == nil { status = 0 }
                return
            }
        }
    }

    private static func code(_ status: Int32) -> Int32? { status & 0x7f == 0 ? (status >> 8) & 0xff : nil }
    private static func signal(_ status: Int32) -> Int32? { status & 0x7f == 0 ? nil : status & 0x7f }
}
