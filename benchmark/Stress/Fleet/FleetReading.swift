/// Everybody at one moment.
struct FleetReading: Sendable, Codable, Equatable {
    /// Seconds of a steady clock.
    let time: Double
    /// Nil while it does not answer.
    var hub: HubReading?
    /// Those that answered.
    var nodes: [NodeReading] = []
    var clients: [ClientReading] = []
    /// Guests that a step has disturbed and that may still be away because of it.
    var disturbedGuests: Set<Int> = []
    /// Whether the same holds for the hub.
    var isHubDisturbed = false

    init(time: Double) { self.time = time }

    func node(_ guest: Int) -> NodeReading? { nodes.first { $0.guest == guest } }

    /// Whether nobody watches, and nothing is left of those who did.
    var isQuiet: Bool { unrest.isEmpty }

    /// What is left of viewers, for people; empty when all is quiet.
    var unrest: [String] {
        var left: [String] = []
        for client in clients where client.wish != nil || client.session != nil {
            left.append("client \(client.client) is still there")
        }
        for node in nodes {
            if !node.sessions.isEmpty { left.append("instance-\(node.guest) has \(node.sessions.count) sessions") }
            if !node.encoders.isEmpty { left.append("instance-\(node.guest) runs \(node.encoders.count) encoders") }
        }
        if let hub {
            if hub.signalClients > 0 { left.append("the hub has \(hub.signalClients) signaling sockets") }
            if hub.signalUpstreams > 0 { left.append("the hub has \(hub.signalUpstreams) sockets to nodes") }
        } else {
            left.append("the hub does not answer")
        }
        return left
    }
}
