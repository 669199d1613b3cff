/// The host's interfaces behind a guest's card, for who measures them.
public struct GuestNetworkReading: Sendable, Codable, Hashable {
    /// The bridge, nil when the guest is on none.
    public var bridge: String?
    /// The TAP, nil when the guest has none.
    public var tap: String?

    /// Names the interfaces.
    public init(bridge: String? = nil, tap: String? = nil) {
        self.bridge = bridge
        self.tap = tap
    }
}
