import Foundation
import GStreamer

/// Reads hub and nodes through what they offer to everybody.
struct FleetReader: Sendable {
    let fleet: StressFleet
    private let guests: Int
    private let hub: HubClient

    init(_ fleet: StressFleet) {
        self.fleet = fleet
        guests = fleet.guests
        hub = fleet.hub
    }

    /// Everybody now, and the words it is read from; who does not answer is left out.
    func read(_ clients: [StressClient]) async -> (reading: FleetReading, raw: RawState) {
        let time = Double(Runtime.now()) / 1e9
        var reading = FleetReading(time: time)
        var raw = RawState(time: time)
        await withTaskGroup(of: (node: NodeReading?, hub: HubReading?, files: [String: String]).self) { group in
            group.addTask { await readHub() }
            for guest in 0..<guests { group.addTask { await readNode(guest) } }
            for await part in group {
                if let node = part.node { reading.nodes.append(node) }
                if let hub = part.hub { reading.hub = hub }
                raw.files.merge(part.files) { $1 }
            }
        }
        reading.nodes.sort { $0.guest < $1.guest }
        for client in clients { reading.clients.append(await client.reading()) }
        (reading.disturbedGuests, reading.isHubDisturbed) = await fleet.disturbed()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        raw.files["clients.json"] = (try? encoder.encode(reading.clients)).map { String(decoding: $0, as: UTF8.self) }
        return (reading, raw)
    }

    /// The hub's and the nodes' own reports on their health, which are longer.
    func reports() async -> [String: String] {
        var files: [String: String] = [:]
        for (name, path) in [("hub-instances.json", "/api/instances"), ("hub-status.json", "/api/status")] {
            files[name] = await Self.text(hub, path)
        }
        for guest in 0..<guests {
            guard let port = fleet.port(of: guest) else { continue }
            let node = fleet.client(port: port)
            for (name, path) in [("health", "/health"), ("services", "/services"), ("recovery", "/recovery")] {
                files["instance-\(guest)-\(name).json"] = await Self.text(node, path)
            }
        }
        return files
    }

    private func readHub() async -> (NodeReading?, HubReading?, [String: String]) {
        guard let text = try? await hub.text("/metrics") else { return (nil, nil, ["hub-metrics.txt": "no answer\n"]) }
        let process = await fleet.hubPID().flatMap { try? ProcessFootprint(pid: $0) }
        return (nil, HubReading(metrics: text, process: process), ["hub-metrics.txt": text])
    }

    private func readNode(_ guest: Int) async -> (NodeReading?, HubReading?, [String: String]) {
        let name = "instance-\(guest)"
        guard let port = fleet.port(of: guest) else { return (nil, nil, ["\(name)-metrics.txt": "no node\n"]) }
        let node = fleet.client(port: port)
        do {
            let viewers = try await node.text("/viewers")
            let metrics = try await node.text("/metrics")
            let sessions = try JSONDecoder().decode([NodeReading.Session].self, from: Data(viewers.utf8))
            let process = await fleet.nodePID(guest).flatMap { try? ProcessFootprint(pid: $0) }
            return (
                NodeReading(guest: guest, metrics: metrics, sessions: sessions, process: process), nil,
                ["\(name)-viewers.json": viewers, "\(name)-metrics.txt": metrics]
            )
        } catch { return (nil, nil, ["\(name)-metrics.txt": "no answer: \(error)\n"]) }
    }

    /// What a path holds, or why not.
    private static func text(_ client: HubClient, _ path: String) async -> String {
        do { return try await client.text(path) } catch BenchError.refused(_, let status, let body) {
            return "\(status)\n\(body)\n"
        } catch { return "\(error)\n" }
    }
}
