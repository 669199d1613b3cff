/// What the delay gradient says of the path (draft-ietf-rmcat-gcc-02, section 5.4).
enum BandwidthUsage: Sendable, Hashable {
    /// Queues neither grow nor shrink.
    case normal
    /// A queue grows: more is sent than the path carries.
    case overusing
    /// A queue empties.
    case underusing
}
