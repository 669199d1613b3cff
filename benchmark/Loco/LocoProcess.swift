import Foundation
import GStreamer
import Synchronization

/// A `loco up` of our own: started, waited for, measured, stopped, and confirmed gone.
actor LocoProcess {
    /// Its run directory, in the folder for temporary files.
    nonisolated let directory: String
    nonisolated let hub: HubClient
    /// How many this program has started: each has a folder of its own, which stays after a failure.
    private static let started = Atomic<Int>(0)
    private let settings: LocoSettings
    private let process = Process()
    private var root: ProcessEntry.Identity?
    private var seen = SeenProcesses()

    /// What it prints.
    nonisolated var log: String { directory + "/loco.log" }

    /// The log of one guest's node.
    nonisolated func log(of instance: String) -> String { "\(directory)/\(instance)/node.log" }

    init(_ settings: LocoSettings) throws {
        self.settings = settings
        // Short: the sockets' paths in it must stay below 108 bytes.
        let number = Self.started.add(1, ordering: .relaxed).newValue
        directory =
            FileManager.default.temporaryDirectory.appendingPathComponent("loco-bench-\(getpid())-\(number)").path
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        hub = HubClient(port: try FreePort.onLoopback())
    }

    /// The folder of one instance.
    nonisolated func folder(of instance: String) -> String { "\(directory)/\(instance)" }

    /// Starts it.
    func start() throws {
        guard FileManager.default.createFile(atPath: log, contents: nil),
            let output = FileHandle(forWritingAtPath: log)
        else { throw BenchError.unwritable(path: log) }
        defer { try? output.close() }
        // The user's own settings would change what is measured.
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("LOCO_") }
        environment["LOCO_RUN_DIRECTORY"] = directory
        environment.merge(settings.environment) { $1 }
        process.executableURL = URL(fileURLWithPath: settings.loco)
        process.arguments = ["up", "--guests", "\(settings.guests)", "--hub-port", "\(hub.port)"]
        process.environment = environment
        // Away from a loco.json in the present folder.
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try Self.withoutBlockedSignals { try process.run() }
        root = ProcessEntry(pid: process.processIdentifier)?.identity
    }

    /// Swift's threads block signals, and a child inherits that: it would not hear SIGTERM.
    static func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    /// Waits until every guest can be watched.
    ///
    /// - Returns: their ids, sorted.
    func waitUntilReady() async throws -> [String] {
        try await hub.waitUntilReady(settings.guests, log: "\(log), \(log(of: "<instance>"))") {
            try checkAlive()
            look()
        }
    }

    /// All its processes with their roles, and this program's.
    func processes() throws -> [(role: Role, entry: ProcessEntry)] {
        try checkAlive()
        guard let root else { throw BenchError.unreadableProcess(process.processIdentifier) }
        let tree = look()
        guard let top = tree.first else { throw BenchError.unreadableProcess(root.pid) }
        let own = ProcessEntry(pid: getpid()).map { [(role: Role.bench, entry: $0)] } ?? []
        return tree.map { (role: Role(of: $0, root: top), entry: $0) } + own
    }

    /// The process of that role that belongs to an instance, where it is the only guest.
    ///
    /// - Throws: `BenchError.noProcess`.
    func process(_ role: Role) throws -> ProcessEntry {
        guard let found = try processes().first(where: { $0.role == role }) else { throw BenchError.noProcess(role) }
        return found.entry
    }

    /// Reads a node's metrics.
    ///
    /// - Returns: nil where that node has none.
    nonisolated func metrics(of instance: String) async throws -> NodeMetrics? {
        struct Record: Decodable { let port: Int }
        guard let data = FileManager.default.contents(atPath: folder(of: instance) + "/node.json") else { return nil }
        let port = try JSONDecoder().decode(Record.self, from: data).port
        do { return NodeMetrics(text: try await HubClient(port: port).text("/metrics")) } catch BenchError.refused {
            return nil
        }
    }

    /// Asks it to end, insists after 30 s, and makes sure that none of its processes is left. Ignores cancellation.
    ///
    /// - Throws: `BenchError.leftBehind` with the processes that had to be killed.
    func stop() async throws {
        guard root != nil else { return }
        look()
        let start = ContinuousClock.now
        let wasRunning = process.isRunning
        if wasRunning { process.terminate() }
        var left = await remaining(within: 30)
        if !left.isEmpty {
            for identity in left { kill(identity.pid, SIGKILL) }
            left += await remaining(within: 5).filter { !left.contains($0) }
            throw BenchError.leftBehind(seen.text(left))
        }
        guard wasRunning else { return }
        let elapsed = Double((ContinuousClock.now - start) / .milliseconds(1)) / 1000
        ProgressLine.show(
            "loco ended \(Figure.text(elapsed)) s after SIGTERM with status \(process.terminationStatus), "
                + "none of its \(seen.count) processes is left")
    }

    /// Removes the run directory with its logs.
    nonisolated func removeDirectory() throws { try FileManager.default.removeItem(atPath: directory) }

    /// Its processes now, `loco up` first; none once that has ended. They are remembered for `stop()`.
    @discardableResult
    private func look() -> [ProcessEntry] {
        guard let root else { return [] }
        let tree = ProcessEntry.tree(of: root.pid)
        // The number may belong to somebody else by now.
        guard tree.first?.identity == root else { return [] }
        seen.note(tree)
        return tree
    }

    private func checkAlive() throws {
        guard process.isRunning else { throw BenchError.locoEnded(status: process.terminationStatus, log: log) }
    }

    /// Waits for the processes seen so far to end.
    private func remaining(within seconds: Int) async -> [ProcessEntry.Identity] {
        await seen.remaining(within: seconds) { process.isRunning }
    }
}
