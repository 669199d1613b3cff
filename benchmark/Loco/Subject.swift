/// The one guest of a Loco that is measured, and its node.
struct Subject: Sendable {
    let loco: LocoProcess
    let instance: String
    let node: Int32
    /// The node's CPU time.
    let clock: ProcessClock
    let guest: DemoGuest

    init(_ loco: LocoProcess, _ instances: [String]) async throws {
        self.loco = loco
        instance = instances[0]
        node = try await loco.process(.node).identity.pid
        clock = try ProcessClock(pid: node)
        guest = DemoGuest(instance: instance, hub: loco.hub)
    }

    var log: String { loco.log(of: instance) }

    /// Resident memory of the node in MB (10^6 bytes).
    func residentMB() throws -> Double {
        guard let entry = ProcessEntry(pid: node) else { throw BenchError.unreadableProcess(node) }
        return Double(entry.residentBytes) / 1e6
    }

    func viewer(rendition: String? = nil) throws -> Viewer {
        try Viewer(of: instance, hub: loco.hub, rendition: rendition)
    }

    /// Where the floor finds the guest's picture and sound, by what the node tells a viewer.
    ///
    /// - Throws: `BenchError.noSize`, `noDisplay`, `noProcess`.
    func sources(told viewer: Viewer) async throws -> GuestSources {
        guard let size = try await viewer.message("size"), let width = size.width,
            let height = size.height
        else { throw BenchError.noSize(instance: instance) }
        return try GuestSources(
            qemu: try await loco.process(.qemu), directory: loco.folder(of: instance), width: width, height: height)
    }

    /// Measures the node while a viewer watches.
    func window(_ viewer: Viewer, seconds: Int) async throws -> WatchedWindow {
        let before = try await loco.metrics(of: instance)
        var window = try await WatchedWindow(clock, viewer.receiver, seconds: seconds)
        if let start = before?.total("loco_gate_seconds_total"),
            let end = try await loco.metrics(of: instance)?.total("loco_gate_seconds_total")
        {
            window.gatePercent = (end - start) / window.length * 100
        }
        return window
    }
}
