/// Why a guest's network could not be set up.
public enum NetworkError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The guest has no card.
    case noNetwork
    /// The bridge's name cannot be used.
    case badName(String)
    /// The multicast group or port cannot be used.
    case badGroup(String)
    /// The kernel's TAP device cannot be opened.
    case noTunDevice(reason: String)
    /// The right to change the host's network is missing.
    case notPermitted(action: String)
    /// The interface exists and is something else than needed.
    case wrongInterface(name: String, reason: String)
    /// The kernel refused.
    case refused(action: String, reason: String)
    /// Another node held the bridge's lock for too long.
    case locked(bridge: String)

    /// One sentence naming the interface and the remedy.
    public var description: String {
        switch self {
        case .noNetwork: "the guest has no network card: set guest.network to user, tap or socket"
        case .badName(let name):
            "guest.bridge: '\(name)' cannot be used: 1 to 10 letters, digits, '-' and '_' leave room for the TAPs' names"
        case .badGroup(let text):
            "guest.networkGroup: '\(text)' is no multicast group: an address from 224.0.0.0 to 239.255.255.255"
        case .noTunDevice(let reason):
            "/dev/net/tun cannot be opened (\(reason)): load the module tun, give this container the device "
                + "(--device /dev/net/tun), or set guest.network to user or socket"
        case .notPermitted(let action):
            "not permitted to \(action): give Loco CAP_NET_ADMIN (--cap-add NET_ADMIN, or AmbientCapabilities= in the "
                + "unit), make bridge and TAP beforehand, or set guest.network to user or socket"
        case .wrongInterface(let name, let reason):
            "the interface \(name) cannot be used: \(reason); remove it or set guest.bridge to another name"
        case .refused(let action, let reason): "the kernel refused to \(action): \(reason)"
        case .locked(let bridge): "another node kept the bridge \(bridge) locked for too long"
        }
    }
}
