import Foundation

/// Finds programs the way a shell does, so that a missing one is reported before anything is started.
public enum ProgramPath {
    /// The absolute path of `program`.
    ///
    /// - Parameters:
    ///   - program: an absolute path, or a name looked up in `path`.
    ///   - path: colon-separated folders; the process's own `PATH` by default.
    /// - Throws: `ProcessError.missingProgram` naming the Debian package.
    public static func resolve(_ program: String, path: String? = nil) throws -> String {
        let search =
            path ?? ProcessInfo.processInfo.environment["PATH"]
            ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        let candidates =
            program.contains("/")
            ? [program] : search.split(separator: ":").map { "\($0)/\(program)" }
        for candidate in candidates where isExecutableFile(candidate) {
            return candidate
        }
        throw ProcessError.missingProgram(name: program, package: DebianPackage.providing(program))
    }

    private static func isExecutableFile(_ path: String) -> Bool {
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return false }
        return access(path, X_OK) == 0
    }
}
