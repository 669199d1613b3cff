/// A client whose ICE agent has been looking for a path for too long.
struct ICECheckingRule: VerdictRule {
    mutating func look(_ reading: FleetReading, _ limits: VerdictLimits) -> [Verdict] {
        reading.clients.compactMap { client in
            guard let wish = client.wish, !reading.disturbedGuests.contains(wish.guest),
                let seconds = client.checkingFor, seconds >= limits.iceChecking
            else { return nil }
            return Verdict(
                kind: .iceChecking, subject: "client \(client.client)", value: seconds, limit: limits.iceChecking,
                unit: "s", detail: "ICE with \(wish.instance) is still checking")
        }
    }
}
