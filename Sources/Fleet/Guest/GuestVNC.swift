import Probe

/// QEMU's RFB server: where it was told to listen, and where a bridge may reach it.
public struct GuestVNC: Sendable, Equatable {
    /// Where to connect; nil where there is no server, or where only a range of ports is known, of which another
    /// program may have one.
    public let address: RFBAddress?
    /// Where it may be seen to listen.
    private let places: [RFBAddress]

    init(_ configuration: GuestConfiguration, directory: InstanceDirectory) {
        guard configuration.namesVNC else {
            // A QEMU that took the guest over keeps, in the kernel's tables, the name it began with.
            address = .socket(path: directory.vncSocket)
            places = [directory.vncSocket, directory.successorVNCSocket].map { .socket(path: $0) }
            return
        }
        let own = RFBAddress(arguments: configuration.extraArguments)
        places = own.map { [$0] } ?? []
        address =
            switch own {
            case .ports(let ports) where ports.count > 1: nil
            // QEMU runs in the instance's folder.
            case .socket(let path) where !path.hasPrefix("/"): .socket(path: directory.path + "/" + path)
            default: own
            }
    }

    /// Whether there is to be a server.
    public var isWanted: Bool { !places.isEmpty }

    /// True when one of a process's sockets is this server's.
    func isServed(by sockets: [ListeningSocket]) -> Bool { places.contains { $0.isServed(by: sockets) } }
}

extension GuestConfiguration {
    /// Whether the guest's own arguments say something about an RFB server, be it that there is none.
    var namesVNC: Bool { extraArguments.contains { $0 == "-vnc" || $0 == "--vnc" } }
}
