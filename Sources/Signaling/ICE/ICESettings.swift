/// How a node makes itself reachable (RFC 8445).
public struct ICESettings: Sendable, Equatable {
    /// Local addresses to offer; empty means all of the machine's.
    public var addresses: [String]
    /// Local UDP and TCP ports to use; nil means any.
    public var ports: ClosedRange<UInt16>?
    /// The address to tell viewers instead of the local ones, as behind NAT or in a pod; nil for none.
    public var announced: String?
    /// Whether candidates over TCP are offered beside UDP (RFC 6544).
    public var tcp: Bool
    /// Servers the node gathers candidates from. Of STUN servers the first is asked; `turns:` ones are left out, for
    /// the ICE library speaks no TLS.
    public var servers: [ICEServer]
    /// Makes the node's credentials for the TURN servers among these; without it they are left out.
    public var turn: TURNAuthority?
    /// Whom TURN servers see.
    public var turnName: String

    /// Settings with their defaults.
    public init(
        addresses: [String] = [], ports: ClosedRange<UInt16>? = nil, announced: String? = nil, tcp: Bool = false,
        servers: [ICEServer] = [], turn: TURNAuthority? = nil, turnName: String = "node"
    ) {
        self.addresses = addresses
        self.ports = ports
        self.announced = announced
        self.tcp = tcp
        self.servers = servers
        self.turn = turn
        self.turnName = turnName
    }

    /// The STUN server the node asks.
    var stunServer: ICEServer? { servers.first { $0.scheme == .stun } }

    /// The TURN servers the node relays by.
    var turnServers: [ICEServer] { turn == nil ? [] : servers.filter { $0.scheme == .turn } }

    /// An answer whose host candidates carry the announced address. (`webrtcbin` knows no such mapping.)
    func announcing(_ answer: String) -> String {
        guard let announced else { return answer }
        return answer.split(separator: "\r\n", omittingEmptySubsequences: false).map { line in
            guard line.hasPrefix("a=candidate:"), line.contains(" typ host") else { return String(line) }
            var fields = line.split(separator: " ").map(String.init)
            if fields.count > 4 { fields[4] = announced }
            return fields.joined(separator: " ")
        }.joined(separator: "\r\n")
    }
}
