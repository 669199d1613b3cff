/// A STUN or TURN server, as its URI names it (RFC 7064, RFC 7065).
public struct ICEServer: Sendable, Hashable, CustomStringConvertible {
    /// What the server does.
    public enum Scheme: String, Sendable, CaseIterable {
        /// Tells a client its address as seen from outside.
        case stun
        /// Relays.
        case turn
        /// Relays, and is spoken to by TLS.
        case turns
    }

    /// How a TURN server is spoken to; what it relays is UDP either way.
    public enum Transport: String, Sendable {
        case udp
        case tcp
    }

    /// What it does.
    public let scheme: Scheme
    /// A name, an IPv4 address, or an IPv6 address in brackets.
    public let host: String
    /// 3478, or 5349 by TLS, where the URI names none.
    public let port: UInt16
    /// How it is spoken to; UDP for STUN.
    public let transport: Transport

    /// Whether it relays, and so wants credentials.
    public var isRelay: Bool { scheme != .stun }

    /// Reads `stun:host:port`, `turn:host:port?transport=udp|tcp` or `turns:host:port`; port and transport may be
    /// absent. nil for anything else.
    public init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), let scheme = Scheme(rawValue: text[..<colon].lowercased()) else {
            return nil
        }
        let parts = text[text.index(after: colon)...].split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var transport = scheme == .turns ? Transport.tcp : .udp
        if parts.count == 2 {
            guard scheme != .stun, parts[1].hasPrefix("transport="),
                let named = Transport(rawValue: String(parts[1].dropFirst("transport=".count)))
            else { return nil }
            transport = named
        }
        // TLS over UDP would be DTLS, which no browser speaks to TURN servers.
        guard scheme != .turns || transport == .tcp, let (host, port) = Self.authority(parts[0]) else { return nil }
        self.scheme = scheme
        self.host = host
        self.port = port ?? (scheme == .turns ? 5349 : 3478)
        self.transport = transport
    }

    /// The URI, with port and transport spelt out.
    public var description: String {
        "\(scheme.rawValue):\(host):\(port)" + (isRelay ? "?transport=\(transport.rawValue)" : "")
    }

    private static func authority(_ text: Substring) -> (host: String, port: UInt16?)? {
        let host: Substring
        let rest: Substring
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[...end]
            rest = text[text.index(after: end)...]
            let inner = host.dropFirst().dropLast()
            guard inner.contains(":"), inner.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return nil }
        } else {
            host = text.prefix { $0 != ":" }
            rest = text[host.endIndex...]
            let allowed = host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
            guard (1...253).contains(host.utf8.count), allowed else { return nil }
        }
        if rest.isEmpty { return (String(host), nil) }
        guard rest.first == ":", rest.dropFirst().allSatisfy(\.isNumber), let port = UInt16(rest.dropFirst()), port > 0
        else { return nil }
        return (String(host), port)
    }
}
