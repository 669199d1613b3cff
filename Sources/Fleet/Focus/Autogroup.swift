import Foundation
import Probe

/// The scheduler's group of a session (`CONFIG_SCHED_AUTOGROUP`). Where it is in force the processors are dealt out among
/// sessions, and QEMU has one of its own: its threads' priorities then count only among themselves, and the session's
/// among the guests.
struct Autogroup: Sendable {
    /// The session's leader.
    let pid: Int32

    /// The group, where it is what decides about this process.
    ///
    /// Nil where the kernel has none, where the process is in a control group that has a weight of its own, and where the
    /// session is somebody else's too.
    init?(deciding pid: Int32) {
        guard KernelFile.word("/proc/sys/kernel/sched_autogroup_enabled") == "1",
            ProcessStat(pid: pid)?.session == pid, ControlGroups().sharesWithAll(String(pid))
        else { return nil }
        self.pid = pid
        guard nice != nil else { return nil }
    }

    private var path: String { "/proc/\(pid)/autogroup" }

    /// The group's own priority: "/autogroup-11 nice 0".
    var nice: Int32? {
        KernelFile.word(path)?.split(separator: " ").last.flatMap { Int32($0) }
    }

    /// Sets it; raising it up to 0 again needs no right.
    ///
    /// - Throws: `ShareObstacle`.
    func set(_ nice: Int32) async throws(ShareObstacle) {
        // The kernel takes one change in 100 ms from those without rights over it.
        for _ in 0..<15 {
            if self.nice == nice { return }
            let error = KernelSwitch.write(String(nice), to: path)
            guard error == 0 || error == EAGAIN else {
                throw ShareObstacle("the priority of QEMU's session cannot be set: \(KernelSwitch.text(error))")
            }
            if error == EAGAIN { try? await Task.sleep(for: .milliseconds(40)) }
        }
        guard self.nice == nice else { throw ShareObstacle("the priority of QEMU's session stays as it was") }
    }
}
