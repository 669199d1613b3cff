import Foundation

/// The files by which X servers of a host agree on display numbers.
enum DisplayLock {
    static func lockPath(_ display: Int) -> String { "/tmp/.X\(display)-lock" }
    static func socketPath(_ display: Int) -> String { "/tmp/.X11-unix/X\(display)" }

    /// Removes what a dead X server left, if the lock still names it: another server may have taken the number.
    static func remove(_ display: Int?, of process: ProcessIdentity) {
        guard let display, !process.isAlive else { return }
        guard let data = FileManager.default.contents(atPath: lockPath(display)),
            Int32(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) == process.pid
        else { return }
        unlink(socketPath(display))
        unlink(lockPath(display))
    }
}
