/// A data channel that fails, or is closed for too long while its connection stands.
struct SCTPErrorRule: VerdictRule {
    mutating func look(_ reading: FleetReading, _ limits: VerdictLimits) -> [Verdict] {
        reading.clients.compactMap { client in
            guard let wish = client.wish, !reading.disturbedGuests.contains(wish.guest) else { return nil }
            let closed = client.mutedFor ?? 0
            guard client.hasChannelFailed || closed >= limits.sctp else { return nil }
            return Verdict(
                kind: .sctpError, subject: "client \(client.client)", value: closed, limit: limits.sctp, unit: "s",
                detail: client.hasChannelFailed
                    ? "the data channel to \(wish.instance) failed" : "no data channel to \(wish.instance)")
        }
    }
}
