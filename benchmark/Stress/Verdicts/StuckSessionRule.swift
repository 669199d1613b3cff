/// A session whose client has had no signaling socket for too long: one that the client left, or whose client cannot
/// open its socket again. A client that negotiates by WHEP holds its session by being there.
struct StuckSessionRule: VerdictRule {
    private var lasting = Lasting<String>()

    mutating func look(_ reading: FleetReading, _ limits: VerdictLimits) -> [Verdict] {
        let held = Set(
            reading.clients.filter { $0.wish?.way == .whep || $0.isSocketOpen }.compactMap(\.session))
        var owners: [String: String] = [:]
        for node in reading.nodes {
            for session in node.sessions where !held.contains(session.id) {
                owners["\(node.guest)/\(session.id)"] = session.connected ? "connected" : "not connected"
            }
        }
        return lasting.note(owners.keys, at: reading.time).filter { $0.value >= limits.stuck }.map { key, seconds in
            let parts = key.split(separator: "/")
            let client = reading.clients.first { $0.session.map { $0 == parts[1] } ?? false }
            return Verdict(
                kind: .stuckSession, subject: "instance-\(parts[0])", value: seconds, limit: limits.stuck, unit: "s",
                detail: "session \(parts[1]), \(owners[key] ?? ""), has no signaling socket; "
                    + (client.map { "it is client \($0.client)'s" } ?? "its client has left"))
        }
    }
}
