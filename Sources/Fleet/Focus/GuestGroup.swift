import Foundation
import Probe

/// A control group (cgroup v2) of QEMU's own below its node's: its weight is the guest's among its siblings, the guests of
/// other nodes in the same group.
struct GuestGroup: Sendable, Equatable {
    /// The weight of a whole share, which is the kernel's default.
    private static let whole = 100.0
    private static let prefix = "loco-"

    /// Its folder.
    let path: String

    /// Makes the group.
    ///
    /// - Parameters:
    ///   - name: tells it from others of the same node's.
    ///   - systemd: whether systemd owns the groups that it did not hand on.
    /// - Throws: `ShareObstacle`; nothing is changed then that matters to others.
    static func make(
        _ name: String, groups: ControlGroups = ControlGroups(),
        systemd: Bool = FileManager.default.fileExists(atPath: "/run/systemd/system")
    ) throws(ShareObstacle) -> GuestGroup {
        guard let own = groups.folder(of: "self") else { throw ShareObstacle("there is no cgroup v2 here") }
        guard FileManager.default.fileExists(atPath: own + "/cgroup.type") else {
            throw ShareObstacle("the node runs in the root control group, which is the whole system's")
        }
        guard ControlGroups.has("cpu", own, "controllers") else {
            throw ShareObstacle("the control group \(own) has no cpu controller")
        }
        guard !systemd || isDelegated(own) else {
            throw ShareObstacle("the control group \(own) is systemd's: set Delegate=cpu in the node's unit")
        }
        guard access(own, W_OK) == 0, access(own + "/cgroup.procs", W_OK) == 0 else {
            throw ShareObstacle("the control group \(own) cannot be changed by this user")
        }
        if !ControlGroups.has("cpu", own, "subtree_control") {
            let error = KernelSwitch.write("+cpu", to: own + "/cgroup.subtree_control")
            guard error == 0 else {
                throw ShareObstacle("the cpu controller cannot be enabled in \(own): \(KernelSwitch.text(error))")
            }
        }
        sweep(own)
        let group = GuestGroup(path: "\(own)/\(prefix)\(name)-\(getpid())")
        guard mkdir(group.path, 0o755) == 0 || errno == EEXIST else {
            throw ShareObstacle("the control group \(group.path) cannot be made: \(errnoText())")
        }
        // Below a group that has processes of its own, as the node is, only threaded groups can be filled.
        if KernelFile.word(group.path + "/cgroup.type") == "domain invalid" {
            let error = KernelSwitch.write("threaded", to: group.path + "/cgroup.type")
            guard error == 0 else {
                group.remove()
                throw ShareObstacle("the control group \(group.path) cannot be filled: \(KernelSwitch.text(error))")
            }
        }
        return group
    }

    /// Moves a process into it, all its threads with it, and sets the group's weight.
    func hold(_ pid: Int32, share: Double) throws(ShareObstacle) {
        let weight = Self.weight(of: share)
        var error = KernelSwitch.write(String(weight), to: path + "/cpu.weight")
        if error == 0, !holds(pid) { error = KernelSwitch.write(String(pid), to: path + "/cgroup.procs") }
        guard error == 0 else { throw ShareObstacle("the control group \(path) refuses: \(KernelSwitch.text(error))") }
    }

    /// Whether the process is in it, with the weight of that share.
    func holds(_ pid: Int32, share: Double? = nil, groups: ControlGroups = ControlGroups()) -> Bool {
        guard groups.folder(of: String(pid)) == path else { return false }
        return share.map { KernelFile.word(path + "/cpu.weight") == String(Self.weight(of: $0)) } ?? true
    }

    /// Removes the group once it is empty.
    ///
    /// - Returns: false while something is in it.
    @discardableResult
    func remove() -> Bool { rmdir(path) == 0 || errno == ENOENT }

    private static func weight(of share: Double) -> Int { max(1, Int((whole * share).rounded())) }

    /// systemd (since 251) marks what it handed on.
    private static func isDelegated(_ folder: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: folder)
        let extended = attributes?[FileAttributeKey("NSFileExtendedAttributes")] as? [String: Data]
        return extended?["user.delegate"] == Data("1".utf8)
    }

    /// Removes groups of nodes that were killed; one that is not empty stays by itself.
    private static func sweep(_ own: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: own)) ?? [] where name.hasPrefix(prefix) {
            guard let dash = name.lastIndex(of: "-"), let pid = Int32(name[name.index(after: dash)...]),
                ProcessIdentity(of: pid) == nil
            else { continue }
            rmdir("\(own)/\(name)")
        }
    }
}
