/// Where a VNC server was told to listen: the value of QEMU's `-vnc`.
public enum RFBAddress: Sendable, Equatable {
    /// One of these TCP ports.
    case ports(ClosedRange<Int>)
    /// A UNIX socket.
    case socket(path: String)

    /// Parses "127.0.0.1:1", ":1,to=9", "unix:/run/vnc"; nil for "none" and what is no address.
    public init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        let address = parts[0]
        if address.hasPrefix("unix:") {
            self = .socket(path: String(address.dropFirst(5)))
            return
        }
        guard let colon = address.lastIndex(of: ":"), let number = Int(address[address.index(after: colon)...]),
            (0...59_000).contains(number)
        else { return nil }
        let last = parts.dropFirst().first { $0.hasPrefix("to=") }.flatMap { Int($0.dropFirst(3)) } ?? number
        self = .ports(5900 + number...5900 + max(number, min(last, 59_000)))
    }

    /// The address in QEMU's arguments; nil when there is no VNC server.
    public init?(arguments: [String]) {
        guard let index = arguments.lastIndex(where: { $0 == "-vnc" || $0 == "--vnc" }), index + 1 < arguments.count
        else { return nil }
        self.init(argument: arguments[index + 1])
    }

    /// True when one of the sockets is this server's.
    public func isServed(by sockets: [ListeningSocket]) -> Bool {
        sockets.contains { socket in
            switch (self, socket) {
            case (.ports(let ports), .tcp(_, let port)): ports.contains(port)
            case (.socket(let path), .unix(let other)): path == other
            default: false
            }
        }
    }
}
