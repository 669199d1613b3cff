/// A client that gets another guest than it asked for: several pictures in a row show that one's number, or the node says
/// on the data channel that it is another's. The picture of a small rendition is not always to be read.
struct WrongGuestRule: VerdictRule {
    mutating func look(_ reading: FleetReading, _ limits: VerdictLimits) -> [Verdict] {
        reading.clients.compactMap { client in
            guard let wish = client.wish else { return nil }
            if let number = client.number, number != wish.guest, client.sameNumber >= limits.wrongPictures {
                return Verdict(
                    kind: .wrongGuest, subject: "client \(client.client)", value: Double(client.sameNumber),
                    limit: Double(limits.wrongPictures), unit: "pictures",
                    detail: "asked for guest \(wish.guest) by \(wish.way.rawValue) and sees GUEST \(number)")
            }
            guard let told = client.told, told != wish.instance else { return nil }
            return Verdict(
                kind: .wrongGuest, subject: "client \(client.client)", value: 1, limit: 0, unit: "sessions",
                detail: "asked for \(wish.instance) by \(wish.way.rawValue) and the node says that it is \(told)")
        }
    }
}
