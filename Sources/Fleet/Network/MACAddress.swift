import Foundation

/// An Ethernet address.
public struct MACAddress: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Its six bytes.
    public let bytes: [UInt8]

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// A guest's address: the same at every start, distinct for every guest of a fleet, and of another range in another
    /// fleet. Locally administered, unicast.
    ///
    /// - Parameters:
    ///   - seed: what tells the fleet from others.
    ///   - number: the guest's ordinal.
    public init(seed: String, number: Int) {
        let hash = Self.hash(seed)
        // The first byte's low half is 6, so that no guest has the address of a bridge or TAP of ours (see `ours`).
        bytes = [
            UInt8(hash >> 56) & 0xf0 | 0x06, UInt8(hash >> 48 & 0xff), UInt8(hash >> 40 & 0xff),
            UInt8(hash >> 32 & 0xff), UInt8(number >> 8 & 0xff), UInt8(number & 0xff),
        ]
    }

    /// The mark of the interfaces that Loco makes: it outlives the process that made them, and a bridge that keeps one
    /// address does not change it with its members.
    private static let mark: [UInt8] = [0x02, UInt8(ascii: "L"), UInt8(ascii: "O"), UInt8(ascii: "C")]

    /// The address of a bridge that Loco makes.
    static let ourBridge = MACAddress(bytes: mark + [0xff, 0xff])

    /// The host's side of a TAP that Loco makes.
    static func ourTap(_ number: Int) -> MACAddress {
        MACAddress(bytes: mark + [UInt8(number >> 8 & 0x7f), UInt8(number & 0xff)])
    }

    /// True for an interface that Loco made.
    var isOurs: Bool { bytes.starts(with: Self.mark) }

    /// FNV-1a with a final mix: the same on every host and in every version, which Swift's own hash is not.
    private static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash = (hash ^ hash >> 33) &* 0xff51_afd7_ed55_8ccd
        return hash ^ hash >> 33
    }

    /// "06:1f:2e:3d:00:03".
    public var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }
}
