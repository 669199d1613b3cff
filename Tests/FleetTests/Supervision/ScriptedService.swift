@testable import Fleet

/// A service whose starts and ends a test decides.
actor ScriptedService: SupervisedService {
    nonisolated let name = "scripted"
    private(set) var starts = 0
    private(set) var stops = 0
    private var startFailures: Int
    private var collateral: Bool
    private var running = false
    private var waiting: CheckedContinuation<ProcessExit, Never>?
    private var ended: ProcessExit?

    init(startFailures: Int = 0, collateral: Bool = false) {
        self.startFailures = startFailures
        self.collateral = collateral
    }

    var pid: Int32? { running ? Int32(starts) : nil }

    func start() async throws {
        starts += 1
        if startFailures > 0 {
            startFailures -= 1
            throw ProcessError.spawnFailed(name: name, reason: "as told")
        }
        running = true
        ended = nil
    }

    func waitForExit() async -> ProcessExit {
        if let ended { return ended }
        return await withCheckedContinuation { waiting = $0 }
    }

    func stop() async throws {
        stops += 1
        if running { end(requested: true) }
    }

    func isCollateral(_ exit: ProcessExit) async -> Bool { collateral }

    func failStarts(_ count: Int) { startFailures = count }

    func crash() { end(requested: false) }

    private func end(requested: Bool) {
        running = false
        let exit = ProcessExit(
            pid: Int32(starts), code: requested ? 0 : 1, signal: nil, uptime: .zero, wasRequested: requested)
        ended = exit
        waiting?.resume(returning: exit)
        waiting = nil
    }
}
