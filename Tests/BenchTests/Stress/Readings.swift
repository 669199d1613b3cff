@testable import bench

/// Readings as they would be of a fleet with one guest and one client, for rules.
enum Readings {
    static func session(_ id: String, connected: Bool = true, seconds: Double = 1, delivered: UInt64 = 0)
        -> NodeReading.Session
    {
        NodeReading.Session(
            id: id, connected: connected, seconds: seconds, rendition: "full", codec: "h264", delivered: delivered)
    }

    static func node(
        _ sessions: [NodeReading.Session] = [], changed: Int = 0, encoders: [NodeReading.Encoder] = [], guest: Int = 0
    ) -> NodeReading {
        var node = NodeReading(guest: guest)
        node.sessions = sessions
        node.viewers = sessions.count
        node.opened = sessions.count
        node.changedFrames = changed
        node.encoders = encoders
        return node
    }

    static func client(
        _ number: Int = 0, way: SignalWay = .signal, session: String? = "a", socket: Bool = true, guest: Int = 0
    ) -> ClientReading {
        var client = ClientReading(client: number)
        client.wish = ClientWish(guest: guest, way: way, codec: .h264, rendition: "full")
        client.session = session
        client.isSocketOpen = socket
        client.connectedFor = 5
        return client
    }

    static func fleet(
        _ time: Double, nodes: [NodeReading] = [], clients: [ClientReading] = [], hub: HubReading? = nil
    ) -> FleetReading {
        var reading = FleetReading(time: time)
        reading.nodes = nodes
        reading.clients = clients
        reading.hub = hub
        return reading
    }

    /// The figures of a process.
    static func process(
        threads: Int = 20, descriptors: Int = 50, ports: Int = 4, megabytes: UInt64 = 100, pid: Int32 = 1
    ) -> ProcessFootprint {
        ProcessFootprint(
            pid: pid, startTime: 7, residentBytes: megabytes * 1_000_000, threads: threads, openFiles: descriptors,
            ports: ports)
    }
}
