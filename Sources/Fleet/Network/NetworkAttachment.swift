/// How QEMU is told of a guest's network.
///
/// The card is plugged into one of QEMU's hubs and the way out into another port of it: what is behind the hub can be
/// taken out and put in again while the guest runs, which QEMU does not allow of what a card is plugged into.
struct NetworkAttachment: Sendable, Equatable {
    /// The ids of the card's port, the way out and its port.
    static let (card, link, port) = ("net0", "link0", "port0")

    let network: GuestNetwork
    let number: Int

    var address: MACAddress { MACAddress(seed: network.seed, number: number) }

    var tapLink: TapLink? {
        network.kind == .tap ? TapLink(bridge: network.bridge, tap: network.tap(number), number: number) : nil
    }

    var reading: GuestNetworkReading {
        network.kind == .tap
            ? GuestNetworkReading(bridge: network.bridge, tap: network.tap(number)) : GuestNetworkReading()
    }

    /// False for a way out whose state is part of the guest's: a QEMU that takes a guest over must have it at once.
    /// The others are opened once the QEMU before has let go of them.
    var isDetachable: Bool { network.kind == .tap || network.kind == .socket }

    /// The way out as `netdev_add` takes it; nil when there is none.
    private var way: [(String, QMPValue)]? {
        switch network.kind {
        case .none: nil
        case .user: [("type", "user")]
        case .tap:
            [
                ("type", "tap"), ("ifname", .string(network.tap(number))), ("script", "no"), ("downscript", "no"),
            ]
        case .socket:
            [
                ("type", "socket"), ("mcast", .string("\(network.group):\(network.port)")), ("localaddr", "127.0.0.1"),
            ]
        }
    }

    /// - Parameter plugged: false leaves the way out to `plug`.
    func arguments(plugged: Bool) -> [String] {
        // Names no card at all, or QEMU would choose one.
        guard let way else { return ["-nic", "none"] }
        // Without its boot ROM, which would look for a server at every start for seconds.
        var result = [
            "-netdev", "hubport,id=\(Self.card),hubid=0", "-device",
            "\(network.card.rawValue),netdev=\(Self.card),mac=\(address),romfile=",
        ]
        guard plugged else { return result }
        let options = way.dropFirst().map { ",\($0)=\($1.string ?? "")" }.joined()
        result += ["-netdev", "\(way[0].1.string ?? ""),id=\(Self.link)\(options)"]
        result += ["-netdev", "hubport,id=\(Self.port),hubid=0,netdev=\(Self.link)"]
        return result
    }

    /// Puts the way out in, while the guest runs.
    func plug(into qmp: QMPClient) async throws {
        guard let way else { throw NetworkError.noNetwork }
        let options = Dictionary(way + [("id", .string(Self.link))]) { $1 }
        try await qmp.execute("netdev_add", .object(options))
        try await qmp.execute(
            "netdev_add",
            ["type": "hubport", "id": .string(Self.port), "hubid": 0, "netdev": .string(Self.link)])
    }

    /// Takes the way out, if it is in.
    func unplug(from qmp: QMPClient) async {
        for id in [Self.port, Self.link] {
            // An error means that it is not there.
            _ = try? await qmp.execute("netdev_del", ["id": .string(id)])
        }
    }

    /// True when the way out is in; nil when QEMU does not answer.
    func isPlugged(into qmp: QMPClient) async -> Bool? {
        let description = try? await qmp.execute(
            "human-monitor-command", ["command-line": "info network"], deadline: .seconds(1))
        return description.map { $0.string?.contains("\(Self.link): ") ?? false }
    }
}
