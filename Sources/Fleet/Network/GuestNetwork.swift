import Foundation

/// How a guest is connected to others.
public struct GuestNetwork: Sendable, Codable, Hashable {
    /// What its card is plugged into.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// No card.
        case none
        /// Addresses and a way out by QEMU's own stack; guests do not see each other. Needs no right.
        case user
        /// A TAP on a bridge of the host: a real LAN. Needs CAP_NET_ADMIN, or a TAP and a bridge made beforehand.
        case tap
        /// A LAN of the fleet's guests on this host, by multicast on the loopback interface. Needs no right; every
        /// program on the host can listen to it and speak on it.
        case socket
    }

    /// What the card is plugged into.
    public var kind: Kind
    /// The card.
    public var card = NetworkCard.ne2k
    /// The bridge of `tap`: 1 to 10 letters, digits, '-' and '_'. Made when absent; one that Loco made goes with the
    /// last guest on it.
    public var bridge = "loco0"
    /// The multicast group of `socket`.
    public var group = "239.76.79.67"
    /// The UDP port of `socket`.
    public var port = 7632
    /// What tells this fleet from others on the same LAN; the guests' addresses are made from it.
    public var seed: String

    /// A connection with the default names.
    public init(_ kind: Kind = .none, seed: String = GuestNetwork.hostSeed()) {
        self.kind = kind
        self.seed = seed
    }

    /// A seed that stays the same on this host and differs on others.
    public static func hostSeed() -> String {
        let identity = try? String(contentsOfFile: "/etc/machine-id", encoding: .utf8)
        let trimmed = identity?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        return trimmed.isEmpty ? ProcessInfo.processInfo.hostName : trimmed
    }

    /// - Throws: `NetworkError.badName` or `.badGroup`.
    func check() throws {
        if kind == .tap {
            // The kernel takes 15 characters; a TAP's name is the bridge's, a "t" and up to four digits.
            let allowed = bridge.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
            guard allowed, (1...10).contains(bridge.utf8.count) else { throw NetworkError.badName(bridge) }
        }
        if kind == .socket {
            var address = in_addr()
            guard inet_pton(AF_INET, group, &address) == 1,
                (224...239).contains(UInt32(bigEndian: address.s_addr) >> 24), (1...65_535).contains(port)
            else { throw NetworkError.badGroup("\(group):\(port)") }
        }
    }

    /// The TAP of a guest.
    func tap(_ number: Int) -> String { "\(bridge)t\(number)" }
}
