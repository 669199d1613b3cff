/// Hub and nodes tell different numbers for too long. The hub's are a second old and both change all the time: they
/// disagree only where the hub's number is none that the node had lately.
struct CountMismatchRule: VerdictRule {
    /// Seconds within which a number counts as lately.
    private static let memory = 4.0
    private var counts: [Int: [(time: Double, viewers: Int)]] = [:]
    private var sockets: [(time: Double, open: Int)] = []
    private var lasting = Lasting<String>()

    mutating func look(_ reading: FleetReading, _ limits: VerdictLimits) -> [Verdict] {
        var wrong: [String: String] = [:]
        for node in reading.nodes {
            let kept = counts[node.guest, default: []].filter { reading.time - $0.time <= Self.memory }
            counts[node.guest] = kept + [(reading.time, node.sessions.count)]
            let lately = Set(counts[node.guest, default: []].map(\.viewers))
            if let told = reading.hub?.viewers[node.guest], !lately.contains(told) {
                wrong["instance-\(node.guest)"] =
                    "the hub tells of \(told) sessions, the node has \(node.sessions.count)"
            }
            if node.opened - node.ended != node.viewers {
                wrong["instance-\(node.guest), sessions"] =
                    "\(node.opened) opened less \(node.ended) ended are not \(node.viewers)"
            }
        }
        if let hub = reading.hub {
            let open = reading.clients.count(where: \.isSocketOpen)
            sockets = sockets.filter { reading.time - $0.time <= Self.memory } + [(reading.time, open)]
            if !sockets.contains(where: { $0.open == hub.signalClients }) {
                wrong["hub"] = "it has \(hub.signalClients) signaling sockets, its clients \(open)"
            }
        }
        return lasting.note(wrong.keys, at: reading.time).filter { $0.value >= limits.mismatch }.map { key, seconds in
            Verdict(
                kind: .countMismatch, subject: key, value: seconds, limit: limits.mismatch, unit: "s",
                detail: wrong[key] ?? "")
        }
    }
}
