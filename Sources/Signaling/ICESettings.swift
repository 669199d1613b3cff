/// How a node makes itself reachable (RFC 8445).
public struct ICESettings: Sendable, Equatable {
    /// Local addresses to offer; empty means all of the machine's.
    public var addresses: [String]
    /// Local ports to use; nil means any.
    public var ports: ClosedRange<UInt16>?
    /// The address to tell viewers instead of the local ones, as behind NAT or in a pod; nil for none.
    public var announced: String?

    /// Settings with their defaults.
    public init(addresses: [String] = [], ports: ClosedRange<UInt16>? = nil, announced: String? = nil) {
        self.addresses = addresses
        self.ports = ports
        self.announced = announced
    }

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
