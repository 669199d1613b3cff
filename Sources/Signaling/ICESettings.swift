/// How a node makes itself reachable (RFC 8445).
public struct ICESettings: Sendable, Equatable {
    /// Local addresses to offer; empty means all of the machine's.
    public var addresses: [String]
    /// Local ports to use; nil means any.
    public var ports: ClosedRange<UInt16>?
    /// STUN server as `stun://host:port`, or nil.
    public var stunServer: String?

    /// Settings with their defaults.
    public init(addresses: [String] = [], ports: ClosedRange<UInt16>? = nil, stunServer: String? = nil) {
        self.addresses = addresses
        self.ports = ports
        self.stunServer = stunServer
    }
}
