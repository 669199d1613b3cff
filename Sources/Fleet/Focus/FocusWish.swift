import Probe

/// What a node is told about the focus: the body of its `PUT /focus`.
public struct FocusWish: Sendable, Codable, Hashable {
    /// Whether the guest is in focus; nil while no guest is, which makes all equal.
    @ExplicitNull public var focused: Bool?
    /// The guest's share of the processors beside a focused one's, over 0 to 1.
    public var cpuShare: Double
    /// The guest is to stand still.
    public var paused: Bool

    /// A wish; without arguments, what holds where nobody has wished anything.
    public init(focused: Bool? = nil, cpuShare: Double = 1, paused: Bool = false) {
        self.cpuShare = cpuShare
        self.paused = paused
        self.focused = focused
    }
}
