import Foundation
import Logging
import Probe

/// A child process with its line in the instance's ledger; what the three services of a guest have in common.
actor ServiceProcess {
    nonisolated let child: ChildProcess
    private let ledger: ChildLedger

    init(_ command: ChildCommand, ledger: ChildLedger, logger: Logger) {
        child = ChildProcess(command, logger: logger)
        self.ledger = ledger
    }

    /// Spawns it, notes it and waits until it is ready; on a throw nothing of it is left.
    func start(
        within deadline: Duration, ready: @Sendable () async throws -> Bool, display: @Sendable () async -> Int?
    ) async throws {
        do {
            try await child.start()
            if let identity = await child.identity { try await ledger.add(child.command.name, identity) }
            try await child.waitUntilReady(within: deadline, ready)
            if let identity = await child.identity, let display = await display() {
                try await ledger.add(child.command.name, identity, display: display)
            }
        } catch {
            try? await stop(grace: .milliseconds(500))
            throw error
        }
    }

    /// Ends it; one that is stopped (SIGSTOP) cannot take a SIGTERM and gets no time for it.
    func stop(grace: Duration) async throws {
        // Looked at again and again: it may be stopped while it ends, and the kernel shows it a moment late.
        let watch = Task {
            while !Task.isCancelled {
                if await isSuspended { await child.identity?.send(SIGKILL) }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        defer { watch.cancel() }
        try await child.stop(grace: grace)
        try await ledger.remove(child.command.name)
    }

    /// True while the kernel has it stopped: it lives and does nothing.
    var isSuspended: Bool {
        get async {
            guard let pid = await child.identity?.pid, let stat = ProcessStat(pid: pid) else { return false }
            return stat.state == "T" || stat.state == "t"
        }
    }

    /// Waits for its end without a limit: the process itself is what is being waited for.
    func waitForExit() async -> ProcessExit {
        while true {
            if let exit = await child.waitForExit(within: .seconds(3600)) {
                try? await ledger.remove(child.command.name)
                return exit
            }
        }
    }
}
