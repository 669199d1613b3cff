import Foundation

/// A guest's TAP on a bridge. Everything here may be called again at any time and does what is missing.
struct TapLink: Sendable {
    let bridge: String
    let tap: String
    let number: Int

    /// Makes what is absent, and sets TAP and bridge up. Needs no right where all is as it should be.
    ///
    /// - Returns: the TAP's number; another one than before means that QEMU must open it anew.
    /// - Throws: `NetworkError`.
    @discardableResult
    func raise() throws -> Int32 {
        try BridgeLock.hold(bridge) { try raiseLocked() }
    }

    private func raiseLocked() throws -> Int32 {
        let control = try InterfaceControl()
        if control.index(of: bridge) == nil {
            try control.addBridge(bridge)
            try control.setAddress(of: bridge, to: .ourBridge)
        }
        if control.index(of: tap) == nil {
            try control.makeTap(tap)
            try control.setAddress(of: tap, to: .ourTap(number))
        }
        try join(control)
        try control.set(bridge, up: true)
        try control.set(tap, up: true)
        guard let index = control.index(of: tap) else {
            throw NetworkError.refused(action: "make the TAP \(tap)", reason: "it went away again")
        }
        return index
    }

    private func join(_ control: borrowing InterfaceControl) throws {
        switch Self.master(of: tap) {
        case bridge: return
        case let other?:
            throw NetworkError.wrongInterface(name: tap, reason: "it belongs to \(other), not to \(bridge)")
        case nil: try control.add(tap, to: bridge)
        }
    }

    /// Removes the TAP if Loco made it, and the bridge if Loco made it and nothing else is on it.
    ///
    /// - Throws: `NetworkError`.
    func lower() throws {
        try BridgeLock.hold(bridge) { try lowerLocked() }
    }

    private func lowerLocked() throws {
        let control = try InterfaceControl()
        if control.address(of: tap)?.isOurs == true { try control.removeTap(tap) }
        guard control.address(of: bridge) == .ourBridge, Self.members(of: bridge) == [] else { return }
        try control.set(bridge, up: false)
        try control.removeBridge(bridge)
    }

    /// The bridge that an interface is on.
    private static func master(of name: String) -> String? {
        let path = "/sys/class/net/\(name)/master"
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
        return target.map { ($0 as NSString).lastPathComponent }
    }

    /// What is on the bridge; nil when that cannot be told.
    private static func members(of bridge: String) -> [String]? {
        try? FileManager.default.contentsOfDirectory(atPath: "/sys/class/net/\(bridge)/brif")
    }
}
