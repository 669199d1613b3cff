import Fleet

/// The active set as `/api/active` gives it.
struct ActiveState: Codable, Sendable, Equatable {
    /// Its members in the order in which they were chosen.
    var active: [InstanceID]
    /// Those of them that do not exist any more.
    var missing: [InstanceID]
    /// Whether the others stand still.
    var pauseUnfocused: Bool
}
