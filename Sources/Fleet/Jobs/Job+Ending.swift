import Foundation
import Probe

extension Job {
    /// Ends it with all it started, and returns when that is confirmed.
    ///
    /// - Throws: `JobError.stillAlive`.
    func stop(_ mode: StopMode, grace: Duration? = nil) async throws -> JobEnd {
        let begun = ContinuousClock.now
        ledger.isWanted = false
        nextStart = nil
        policy.reset()
        await look()
        guard phase.isLive, let process = record?.process else {
            try? save()
            return JobEnd(id: id, endedBy: nil, steps: [], took: 0)
        }
        phase = .stopping
        let steps: [StopMode]
        do {
            steps = try await bringDown(process, mode, grace ?? ledger.spec.grace.map { .seconds($0) } ?? limits.grace)
            ledger.endedBy = steps.last
        } catch {
            // Watched on: the kernel may let it go later.
            phase = .running
            throw error
        }
        await settle()
        try? save()
        var end = JobEnd(
            id: id, endedBy: steps.last, steps: steps, took: (ContinuousClock.now - begun).inSeconds)
        (end.exitCode, end.signal) = (record?.exit?.exitCode, record?.exit?.signal)
        end.leftovers = record?.leftovers ?? 0
        logger.notice("stopped: \(end.message)")
        return end
    }

    /// Ends it by what it takes, and returns that when nothing is left.
    private func bringDown(_ process: ProcessIdentity, _ mode: StopMode, _ grace: Duration) async throws -> [StopMode] {
        // Before anything ends: what loses its parents is found by its living ones.
        family.grow()
        var steps: [StopMode] = []
        // One that is held still (SIGSTOP) cannot heed SIGTERM.
        if mode == .terminate, process.isAlive, !process.isStopped {
            steps.append(.terminate)
            process.send(SIGTERM)
            await wait(within: grace) { !process.isAlive || process.isStopped }
        }
        if mode <= .kill, process.isAlive {
            steps.append(.kill)
            family.grow()
            process.send(SIGKILL)
            await wait(within: .seconds(3)) { !process.isAlive }
        }
        if mode == .killTree || process.isAlive {
            steps.append(.killTree)
            try await killFamily(within: .seconds(5))
        }
        // The keeper ends what is left, and says how it went.
        await wait(within: .seconds(8)) { !keeperIsAlive() }
        keeper?.send(SIGKILL)
        await wait(within: .seconds(2)) { !keeperIsAlive() }
        try await killFamily(within: .seconds(5))
        return steps
    }

    private func wait(within limit: Duration, _ condition: () -> Bool) async {
        let deadline = ContinuousClock.now + limit
        while !condition(), .now < deadline { await pause() }
    }

    func killFamily(within limit: Duration) async throws {
        let deadline = ContinuousClock.now + limit
        while true {
            let left = family.grow().filter { $0 != keeper }
            if left.isEmpty { return }
            for member in left { member.send(SIGKILL) }
            guard .now < deadline else { throw JobError.stillAlive(id.rawValue, pids: left.map(\.pid)) }
            await pause()
        }
    }

    /// A moment, also for who was cancelled: a job must be ended all the same.
    private func pause() async { await Task { try? await Task.sleep(for: .milliseconds(10)) }.value }
}
