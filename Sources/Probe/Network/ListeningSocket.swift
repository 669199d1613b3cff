/// A socket that takes connections.
public enum ListeningSocket: Sendable, Hashable {
    /// TCP, over IPv4 or IPv6.
    case tcp(isIPv6: Bool, port: Int)
    /// A UNIX socket; abstract ones begin with "@".
    case unix(path: String)
}
