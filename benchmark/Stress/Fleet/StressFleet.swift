import Foundation
import GStreamer
import Synchronization

/// A hub and nodes of our own, each a process by itself, so that each can be killed alone; who was killed is started
/// again a second later, as a service manager does.
actor StressFleet {
    nonisolated let guests: Int
    /// Everything is in here: run directory, logs.
    nonisolated let directory: String
    nonisolated let hub: HubClient
    private static let started = Atomic<Int>(0)
    private nonisolated let clients = Mutex<[Int: HubClient]>([:])
    private let program: String
    private let environment: [String: String]
    private var hubProcess: FleetChild?
    private var nodes: [Int: FleetChild] = [:]
    private var restarts: [Task<Void, Never>] = []
    private var endings: [String] = []
    private var seen = SeenProcesses()
    private var disturbedGuests: [Int: UInt64] = [:]
    private var hubDisturbedUntil: UInt64 = 0
    private var isStopping = false

    /// Seconds a fault may show: until the killed one is back and its viewers have joined again.
    static let disturbance = 30.0

    /// - Parameters:
    ///   - program: absolute path of loco.
    ///   - fault: one that is planted for a test of this tool; see docs/faults.md.
    ///   - addresses: local ones for media.
    init(guests: Int, program: String, fault: String? = nil, addresses: [String] = ["127.0.0.1"]) throws {
        self.guests = guests
        self.program = program
        // Short: the sockets' paths in it must stay below 108 bytes.
        let number = Self.started.add(1, ordering: .relaxed).newValue
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("ls-\(getpid())-\(number)").path
        try FileManager.default.createDirectory(
            atPath: directory + "/run", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        hub = HubClient(port: try FreePort.onLoopback())
        var environment = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("LOCO_") || $0.key.hasPrefix("LOCO_TEST_")
        }
        environment["LOCO_RUN_DIRECTORY"] = directory + "/run"
        environment["XDG_RUNTIME_DIR"] = directory
        environment["LOCO_ICE_ADDRESSES"] = addresses.joined(separator: ",")
        environment["LOCO_VR_PORT"] = "0"
        environment["LOCO_VIEWERS_MAX"] = "32"
        // As in production, but for the patience: nobody waits 30 s for each fault.
        environment["LOCO_SUPERVISION_HEALTHY_UPTIME"] = "3"
        environment["LOCO_SUPERVISION_DELAYS"] = "1,2,4"
        if let fault { environment["LOCO_TEST_FAULT"] = fault }
        if fault != nil { environment["LOCO_TEST_FAULTS_ALLOWED"] = "1" }
        self.environment = environment
    }

    // MARK: Where things are

    /// The log of one of them: `hub`, `instance-0`.
    nonisolated func log(_ name: String) -> String { "\(directory)/\(name).log" }

    /// The port of a guest's node; nil while it has none.
    nonisolated func port(of guest: Int) -> Int? {
        struct Record: Decodable { let port: Int }
        guard let data = FileManager.default.contents(atPath: "\(directory)/run/instance-\(guest)/node.json") else {
            return nil
        }
        return try? JSONDecoder().decode(Record.self, from: data).port
    }

    /// A client of the API on that port: one for each, since each holds connections.
    nonisolated func client(port: Int) -> HubClient {
        clients.withLock { clients in
            if let known = clients[port] { return known }
            let client = HubClient(port: port, timeout: 3)
            clients[port] = client
            return client
        }
    }

    func hubPID() -> Int32? { hubProcess?.pid }

    func nodePID(_ guest: Int) -> Int32? { nodes[guest]?.pid }

    // MARK: Starting

    /// Starts everybody and waits until all guests can be watched.
    func start() async throws {
        for guest in 0..<guests { try startNode(guest) }
        try startHub()
        _ = try await hub.waitUntilReady(guests, log: directory) {
            look()
            if let ending = endings.first { throw BenchError.childFailed(what: "loco", reason: ending) }
        }
    }

    private func startHub() throws {
        hubProcess = try FleetChild(
            "hub", program: program, ["hub", "--port", "\(hub.port)"], environment: environment, directory: directory,
            log: log("hub"))
    }

    private func startNode(_ guest: Int) throws {
        let name = "instance-\(guest)"
        nodes[guest] = try FleetChild(
            name, program: program,
            [
                "node", "--node-id", name, "--node-number", "\(guest)", "--node-host", "127.0.0.1", "--node-port", "0",
            ], environment: environment, directory: directory, log: log(name))
    }

    // MARK: Killing

    /// Kills one of them.
    ///
    /// - Returns: what was killed, for people; nil where there was nothing.
    func slay(_ victim: Victim, of guest: Int) -> String? {
        look()
        switch victim {
        case .hub:
            guard let child = hubProcess, child.isRunning else { return nil }
            hubDisturbedUntil = Self.inSeconds(Self.disturbance)
            hubProcess = nil
            child.slay()
            comeBack(.hub, 0)
            return "hub (\(child.pid))"
        case .node:
            guard let child = nodes[guest], child.isRunning else { return nil }
            disturb(guest)
            nodes[guest] = nil
            child.slay()
            comeBack(.node, guest)
            return "instance-\(guest) (\(child.pid))"
        case .qemu, .pulse:
            guard let node = nodes[guest] else { return nil }
            let prefix = victim == .qemu ? "qemu-system" : "pulseaudio"
            guard let found = ProcessEntry.tree(of: node.pid).first(where: { $0.name.hasPrefix(prefix) }) else {
                return nil
            }
            disturb(guest)
            kill(found.identity.pid, SIGKILL)
            return "\(found.name) of instance-\(guest) (\(found.identity.pid))"
        }
    }

    /// Which guests, and whether the hub, may be away because of a kill.
    func disturbed() -> (guests: Set<Int>, hub: Bool) {
        let now = Runtime.now()
        return (Set(disturbedGuests.filter { $0.value > now }.keys), hubDisturbedUntil > now)
    }

    /// Who was disturbed and cannot be watched yet; empty also where nobody was.
    func stillAway() async -> [String] {
        let (disturbed, isHub) = disturbed()
        guard isHub || !disturbed.isEmpty else { return [] }
        guard hubProcess != nil, let instances = try? await hub.instances() else { return ["hub"] }
        let ready = Set(instances.filter(\.ready).map(\.id))
        let wanted = isHub ? Set(0..<guests) : disturbed
        // What the hub says of a node may be a moment old.
        return wanted.sorted().filter { nodes[$0] == nil || !ready.contains("instance-\($0)") }.map { "instance-\($0)" }
    }

    /// Everybody is well again: what goes wrong from now on is no consequence of a kill.
    func calm() {
        disturbedGuests = [:]
        hubDisturbedUntil = 0
    }

    private func disturb(_ guest: Int) { disturbedGuests[guest] = Self.inSeconds(Self.disturbance) }

    private static func inSeconds(_ seconds: Double) -> UInt64 { Runtime.now() + UInt64(seconds * 1e9) }

    private func comeBack(_ victim: Victim, _ guest: Int) {
        restarts.append(
            Task {
                try? await Task.sleep(for: .seconds(1))
                guard !isStopping else { return }
                do { if victim == .hub { try startHub() } else { try startNode(guest) } } catch {
                    endings.append("not started again: \(error)")
                }
            })
    }

    // MARK: Watching and ending

    /// Programs that ended by themselves since the last call.
    func takeEndings() -> [String] {
        look()
        defer { endings = [] }
        return endings
    }

    /// Looks who runs, so that `stop()` knows whom to ask about.
    private func look() {
        for child in [hubProcess].compactMap(\.self) + nodes.values {
            seen.note(ProcessEntry.tree(of: child.pid))
            guard !child.isRunning, !isStopping else { continue }
            endings.append("\(child.name) ended \(child.ending)")
            if child === hubProcess { hubProcess = nil }
            nodes = nodes.filter { $0.value !== child }
        }
    }

    /// Asks everybody to end, insists after 30 s, and makes sure that nothing is left. Ignores cancellation.
    ///
    /// - Throws: `BenchError.leftBehind` with the processes that had to be killed.
    func stop() async throws {
        look()
        isStopping = true
        for task in restarts { task.cancel() }
        for task in restarts { await task.value }
        for child in [hubProcess].compactMap(\.self) + nodes.values { child.terminate() }
        var left = await remaining(within: 30)
        guard left.isEmpty else {
            for identity in left { kill(identity.pid, SIGKILL) }
            left += await remaining(within: 5).filter { !left.contains($0) }
            throw BenchError.leftBehind(seen.text(left))
        }
    }

    /// Removes its folder.
    nonisolated func removeDirectory() throws { try FileManager.default.removeItem(atPath: directory) }

    private func remaining(within seconds: Int) async -> [ProcessEntry.Identity] {
        await seen.remaining(within: seconds) {
            ([hubProcess].compactMap(\.self) + nodes.values).contains(where: \.isRunning)
        }
    }
}
