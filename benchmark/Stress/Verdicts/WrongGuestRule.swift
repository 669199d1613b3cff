/// A client that sees another guest than it asked for: several pictures in a row show that one's number.
struct WrongGuestRule: VerdictRule {
    mutating func look(_ reading: FleetReading, _ limits: VerdictLimits) -> [Verdict] {
        reading.clients.compactMap { client in
            guard let wish = client.wish, let number = client.number, number != wish.guest,
                client.sameNumber >= limits.wrongPictures
            else { return nil }
            return Verdict(
                kind: .wrongGuest, subject: "client \(client.client)", value: Double(client.sameNumber),
                limit: Double(limits.wrongPictures), unit: "pictures",
                detail: "asked for guest \(wish.guest) by \(wish.way.rawValue) and sees GUEST \(number)")
        }
    }
}
