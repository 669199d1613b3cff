/// What kind of end a crash was, from evidence alone.
public enum CrashClass: String, Sendable, Codable, CaseIterable {
    /// The kernel's out-of-memory killer, or the program saying that it got no memory.
    case outOfMemory = "oom"
    /// A program, library or module it needs is not installed.
    case missingDependency = "missing_dependency"
    /// The guest's disk or boot image could not be opened or is damaged.
    case guestImageError = "guest_image_error"
    /// It exited with a code other than 0 and said nothing this enum knows.
    case nonzeroExit = "nonzero_exit"
    /// It exited with code 0, or by a signal, without being asked to.
    case unexpectedExit = "unexpected_exit"

    /// Sorts an exit into its class.
    ///
    /// SIGKILL alone is no proof of an out-of-memory kill: an operator's `kill -9` looks the same, so the
    /// kernel's own counter must have moved too.
    public static func of(_ exit: ProcessExit) -> CrashClass {
        if exit.signal == 9, exit.outOfMemoryKill { return .outOfMemory }
        for line in exit.lastLines.suffix(20).reversed() {
            if let found = matching(line) { return found }
        }
        if exit.code == 127 { return .missingDependency }
        if let code = exit.code, code != 0 { return .nonzeroExit }
        return .unexpectedExit
    }

    private static let marks: [(CrashClass, [String])] = [
        (.outOfMemory, ["Cannot allocate memory", "cannot set up guest memory", "Out of memory"]),
        (
            .missingDependency,
            [
                "error while loading shared libraries", "do you want to install", "command not found",
                "failed to execute", "Failed to load module",
            ]
        ),
        (
            .guestImageError,
            [
                "Could not open '", "Image is corrupt", "Image is not in", "Could not read L1", "Could not read image",
                "Failed to get \"write\" lock", "Failed to get shared", "Could not open backing file",
                "could not read disk image", "Unknown protocol", "qcow2: Marking image as corrupt",
            ]
        ),
    ]

    private static func matching(_ line: String) -> CrashClass? {
        for (kind, texts) in marks where texts.contains(where: { line.contains($0) }) { return kind }
        return nil
    }
}
