import Foundation

/// The kernel's network interfaces by `ioctl` (netdevice(7), linux/sockios.h, linux/if_tun.h). Every call is short.
struct InterfaceControl: ~Copyable {
    private let descriptor: Int32

    private enum Request {
        static let getFlags: UInt = 0x8913
        static let setFlags: UInt = 0x8914
        static let setAddress: UInt = 0x8924
        static let getAddress: UInt = 0x8927
        static let getIndex: UInt = 0x8933
        static let addBridge: UInt = 0x89a0
        static let removeBridge: UInt = 0x89a1
        static let addMember: UInt = 0x89a2
        static let tunAttach: UInt = 0x4004_54ca
        static let tunPersist: UInt = 0x4004_54cb
        static let tunOwner: UInt = 0x4004_54cc
    }

    /// - Throws: `NetworkError.refused`.
    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else {
            throw NetworkError.refused(action: "open a control socket", reason: errnoText())
        }
    }

    deinit { close(descriptor) }

    /// The number of an interface, another one for another interface of the same name; nil when there is none.
    func index(of name: String) -> Int32? {
        var request = Self.request(name)
        guard ioctl(descriptor, Request.getIndex, &request) == 0 else { return nil }
        return request.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 16, as: Int32.self) }
    }

    /// Its Ethernet address; nil when there is no such interface.
    func address(of name: String) -> MACAddress? {
        var request = Self.request(name)
        guard ioctl(descriptor, Request.getAddress, &request) == 0 else { return nil }
        return MACAddress(bytes: Array(request[18..<24]))
    }

    func setAddress(of name: String, to address: MACAddress) throws {
        var request = Self.request(name)
        request[16] = 1  // ARPHRD_ETHER
        request.replaceSubrange(18..<24, with: address.bytes)
        try check(ioctl(descriptor, Request.setAddress, &request), "set the address of \(name)")
    }

    /// Sets the interface up or down; does nothing, and needs no right, where it already is so.
    func set(_ name: String, up: Bool) throws {
        var request = Self.request(name)
        try check(ioctl(descriptor, Request.getFlags, &request), "look at \(name)")
        let isUp = request[16] & 1 != 0
        guard isUp != up else { return }
        request[16] ^= 1
        try check(ioctl(descriptor, Request.setFlags, &request), "set \(name) \(up ? "up" : "down")")
    }

    func addBridge(_ name: String) throws {
        var request = Self.request(name)
        try check(ioctl(descriptor, Request.addBridge, &request), "make the bridge \(name)")
    }

    func removeBridge(_ name: String) throws {
        var request = Self.request(name)
        try check(ioctl(descriptor, Request.removeBridge, &request), "remove the bridge \(name)")
    }

    func add(_ member: String, to bridge: String) throws {
        guard let index = index(of: member) else {
            throw NetworkError.refused(action: "add \(member) to \(bridge)", reason: "there is no \(member)")
        }
        var request = Self.request(bridge)
        request.withUnsafeMutableBytes { $0.storeBytes(of: index, toByteOffset: 16, as: Int32.self) }
        try check(ioctl(descriptor, Request.addMember, &request), "add \(member) to the bridge \(bridge)")
    }

    /// Makes a TAP that stays when its user closes it and that this user may open.
    func makeTap(_ name: String) throws {
        try withTap(name) { tun in
            try check(ioctl(tun, Request.tunOwner, Int32(bitPattern: geteuid())), "own the TAP \(name)")
            try check(ioctl(tun, Request.tunPersist, 1), "keep the TAP \(name)")
        }
    }

    /// Removes a TAP that nobody has open.
    func removeTap(_ name: String) throws {
        try withTap(name) { tun in try check(ioctl(tun, Request.tunPersist, 0), "remove the TAP \(name)") }
    }

    private func withTap(_ name: String, _ body: (Int32) throws -> Void) throws {
        let tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC)
        guard tun >= 0 else { throw NetworkError.noTunDevice(reason: errnoText()) }
        defer { close(tun) }
        var request = Self.request(name)
        // IFF_TAP | IFF_NO_PI
        request[16] = 0x02
        request[17] = 0x10
        try check(ioctl(tun, Request.tunAttach, &request), "open the TAP \(name)")
        try body(tun)
    }

    private func check(_ result: Int32, _ action: String) throws {
        guard result < 0 else { return }
        throw errno == EPERM
            ? NetworkError.notPermitted(action: action) : .refused(action: action, reason: errnoText())
    }

    /// A `struct ifreq`: the name in 16 bytes, then 24 bytes of a union.
    private static func request(_ name: String) -> [UInt8] {
        let bytes = Array(name.utf8.prefix(15))
        return bytes + [UInt8](repeating: 0, count: 40 - bytes.count)
    }
}
