/// A client that had frames and gets none any more, while its guest's picture changes and nothing was done to the guest.
struct FrozenStreamRule: VerdictRule {
    /// Changes of the guest's picture without a frame.
    private static let changes = 30
    private var marks: [Int: (frames: Int, session: String?, changed: Int)] = [:]

    mutating func look(_ reading: FleetReading, _ limits: VerdictLimits) -> [Verdict] {
        reading.clients.compactMap { client in
            guard let wish = client.wish, client.frames > 0, let age = client.frameAge,
                let node = reading.node(wish.guest)
            else {
                marks[client.client] = nil
                return nil
            }
            let known = marks[client.client]
            guard let known, known.frames == client.frames, known.session == client.session,
                node.changedFrames >= known.changed
            else {
                marks[client.client] = (client.frames, client.session, node.changedFrames)
                return nil
            }
            let changed = node.changedFrames - known.changed
            guard age >= limits.frozen, changed >= Self.changes, !reading.disturbedGuests.contains(wish.guest) else {
                return nil
            }
            return Verdict(
                kind: .frozenStream, subject: "client \(client.client)", value: age, limit: limits.frozen, unit: "s",
                detail: "no frame of \(wish.instance), whose picture changed \(changed) times; \(client.frames) before")
        }
    }
}
