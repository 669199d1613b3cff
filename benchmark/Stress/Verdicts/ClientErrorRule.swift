/// What clients were told: nothing fails where nothing was done, and what fails says why.
enum ClientErrorRule {
    /// - Parameters:
    ///   - error: what a client was told.
    ///   - wish: what it wanted, as far as it still does.
    ///   - isDisturbed: whether a step may be the reason.
    /// - Returns: nil for an error that is as it should be.
    static func judge(_ error: ClientError, client: String, wish: ClientWish?, isDisturbed: Bool) -> Verdict? {
        let instance = wish?.instance ?? "a guest"
        if !isDisturbed {
            return Verdict(
                kind: .failedSession, subject: client, value: 1, limit: 0, unit: "failures",
                detail: "\(instance): \(error.localizedDescription)")
        }
        // A guest that is away may well send no picture for a while.
        guard !error.isClear, error.kind != .noPicture else { return nil }
        return Verdict(
            kind: .unclearError, subject: client, value: Double(error.status ?? 0), limit: 0, unit: "HTTP status",
            detail: "\(instance) was away and this was said: \(error.localizedDescription)")
    }
}
