/// Whether a client has picture and sound of its guest, since a mark.
struct PlayRule: Sendable {
    /// Frames, and those that moved, that have to come.
    private static let frames = 10
    private static let moved = 3
    private let mark: ClientReading?
    /// When the mark was set, in seconds.
    private let since: Double

    init(mark: ClientReading?, since: Double) {
        self.mark = mark
        self.since = since
    }

    /// What is missing; nil when it plays.
    ///
    /// - Parameters:
    ///   - now: in seconds, on the mark's clock.
    ///   - seconds: how long it may have taken.
    func missing(_ client: ClientReading, now: Double, within seconds: Double) -> Verdict? {
        guard let wish = client.wish else { return nil }
        // Another session than at the mark begins at nought.
        let start = mark?.session == client.session ? mark : nil
        let elapsed = now - since
        func verdict(_ kind: Verdict.Kind, _ value: Double, _ limit: Double, _ unit: String, _ detail: String)
            -> Verdict
        {
            Verdict(
                kind: kind, subject: "client \(client.client)", value: value, limit: limit, unit: unit,
                detail: "\(wish.instance) by \(wish.way.rawValue), \(wish.codec.rawValue), \(wish.rendition): \(detail)"
            )
        }
        let told = client.lastError.map { "; it was told: \($0.localizedDescription)" } ?? ""
        guard client.isConnected else {
            if let checking = client.checkingFor {
                return verdict(.iceChecking, checking, seconds, "s", "ICE is still checking" + told)
            }
            return verdict(
                .frozenStream, elapsed, seconds, "s", "no connection after \(client.attempts) attempts" + told)
        }
        let frames = client.frames - (start?.frames ?? 0)
        let moved = client.movedFrames - (start?.movedFrames ?? 0)
        guard frames >= Self.frames else {
            return verdict(
                .frozenStream, Double(frames), Double(Self.frames), "frames", "too few since \(Figure.text(elapsed)) s")
        }
        guard moved >= Self.moved else {
            return verdict(
                .frozenStream, Double(moved), Double(Self.moved), "frames that move", "of \(frames) that were decoded")
        }
        let right = client.numbers[wish.guest, default: 0] - (start?.numbers[wish.guest, default: 0] ?? 0)
        // The small picture's digits are five pixels wide: they are read where they can be.
        if right < 1, wish.rendition == "full" {
            let others = client.numbers.filter { $0.key != wish.guest }
            return verdict(
                others.isEmpty ? .frozenStream : .wrongGuest, Double(right), 1, "pictures with its number",
                others.isEmpty ? "no number is to be read" : "numbers read: \(others)")
        }
        guard let sound = client.soundAge, sound <= elapsed else {
            return verdict(
                .noSound, client.loudest, DecodedCounts.audible, "of 32768", "no sound since \(Figure.text(elapsed)) s")
        }
        if wish.way == .signal, !client.isSocketOpen {
            return verdict(.stuckSession, client.socketClosedFor ?? elapsed, seconds, "s", "no signaling socket")
        }
        return nil
    }
}
