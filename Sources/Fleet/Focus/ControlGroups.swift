import Foundation
import Probe

/// Where processes stand in the kernel's control groups, as `/proc` tells.
struct ControlGroups: Sendable {
    /// `/proc`; tests make up their own.
    var proc = "/proc"

    /// The folder of a process's cgroup v2; nil where that is not mounted.
    func folder(of process: String) -> String? {
        guard let mount = unifiedMount(), let path = unifiedPath(of: process) else { return nil }
        // A mount may show a part of the tree only, as in containers.
        let inside =
            mount.root == "/" ? path : path.hasPrefix(mount.root) ? String(path.dropFirst(mount.root.count)) : nil
        guard let inside, !inside.hasPrefix("/..") else { return nil }
        return inside == "/" || inside.isEmpty ? mount.point : mount.point + inside
    }

    /// Whether a process's time is dealt out among all processes of the system, and not inside a group of its own.
    func sharesWithAll(_ process: String) -> Bool {
        for line in lines("\(proc)/\(process)/cgroup") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[1].split(separator: ",").contains("cpu") else { continue }
            return parts[2] == "/"
        }
        guard let mount = unifiedMount(), var folder = folder(of: process) else { return true }
        while folder.count >= mount.point.count {
            // Only the root of the whole tree has no type.
            if FileManager.default.fileExists(atPath: folder + "/cgroup.type"), Self.has("cpu", folder, "controllers") {
                return false
            }
            folder = (folder as NSString).deletingLastPathComponent
        }
        return true
    }

    /// Whether a group's `cgroup.controllers` or `cgroup.subtree_control` names a controller.
    static func has(_ controller: Substring, _ folder: String, _ file: String) -> Bool {
        KernelFile.word("\(folder)/cgroup.\(file)")?.split(separator: " ").contains(controller) ?? false
    }

    private func unifiedPath(of process: String) -> String? {
        lines("\(proc)/\(process)/cgroup").first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) }
    }

    private func unifiedMount() -> (root: String, point: String)? {
        for line in lines("\(proc)/self/mountinfo") {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count, fields[dash + 1] == "cgroup2",
                fields.count > 4
            else { continue }
            return (String(fields[3]), String(fields[4]))
        }
        return nil
    }

    private func lines(_ path: String) -> [Substring] {
        KernelFile.word(path)?.split(separator: "\n") ?? []
    }
}
