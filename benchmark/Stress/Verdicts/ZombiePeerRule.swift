/// A peer that is still allocated and gets no media: a session that never connects, one to which no frames go while the
/// guest's picture changes, or an encoder that works for viewers although there is no session.
struct ZombiePeerRule: VerdictRule {
    /// Changes of the guest's picture beyond which frames must have been sent.
    private static let changes = 60
    private struct Last {
        var delivered: UInt64
        var changed: Int
        var time: Double
    }

    private var last: [String: Last] = [:]
    private var lasting = Lasting<Int>()

    mutating func look(_ reading: FleetReading, _ limits: VerdictLimits) -> [Verdict] {
        var verdicts: [Verdict] = []
        var now: [String: Last] = [:]
        for node in reading.nodes {
            for session in node.sessions {
                let key = "\(node.guest)/\(session.id)"
                var entry =
                    last[key] ?? Last(delivered: session.delivered, changed: node.changedFrames, time: reading.time)
                if session.delivered != entry.delivered || node.changedFrames < entry.changed {
                    entry = Last(delivered: session.delivered, changed: node.changedFrames, time: reading.time)
                }
                now[key] = entry
                let idle = reading.time - entry.time
                if !session.connected, session.seconds >= limits.zombie {
                    verdicts.append(
                        verdict(node, session.seconds, limits, "session \(session.id) has never connected"))
                } else if session.connected, idle >= limits.zombie, node.changedFrames - entry.changed >= Self.changes {
                    let changed = node.changedFrames - entry.changed
                    verdicts.append(
                        verdict(
                            node, idle, limits,
                            "session \(session.id) was sent nothing while the picture changed \(changed) times"))
                }
            }
        }
        last = now
        let orphans = reading.nodes.filter { node in
            node.sessions.isEmpty && node.viewers == 0 && node.encoders.contains { $0.viewers > 0 }
        }
        for (guest, seconds) in lasting.note(orphans.map(\.guest), at: reading.time) where seconds >= limits.zombie {
            guard let node = reading.node(guest) else { continue }
            let viewers = node.encoders.map(\.viewers).max() ?? 0
            verdicts.append(
                verdict(node, seconds, limits, "\(viewers) peers without a session are still fed by an encoder"))
        }
        return verdicts
    }

    private func verdict(
        _ node: NodeReading, _ seconds: Double, _ limits: VerdictLimits, _ detail: String
    ) -> Verdict {
        Verdict(
            kind: .zombiePeer, subject: "instance-\(node.guest)", value: seconds, limit: limits.zombie, unit: "s",
            detail: detail)
    }
}
