import GStreamer

/// Notices, once, that a data channel's transport does not come up although the connection stands. Pure.
struct AssociationWatch: Sendable {
    /// How long it may take after the connection, in nanoseconds.
    let limit: UInt64
    private var isOver = false

    init(limit: UInt64) { self.limit = limit }

    /// Whether it is worth looking: nothing is known yet, and the time is up.
    func isDue(at now: UInt64, connectedAt: UInt64) -> Bool { !isOver && now - connectedAt > limit }

    /// Takes what was found when it was due.
    ///
    /// - Parameter state: nil where no data channel was negotiated.
    /// - Returns: whether this is a failure to tell.
    mutating func look(_ state: SCTPState?) -> Bool {
        isOver = true
        guard let state else { return false }
        // One that has been up and is closed again is the loss of it, which is told elsewhere.
        return state == .new || state == .connecting
    }
}
