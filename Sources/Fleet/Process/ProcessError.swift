/// Why a child process could not be started, waited for or stopped.
public enum ProcessError: Error, Sendable, CustomStringConvertible {
    /// The program is not on the search path, or not executable.
    case missingProgram(name: String, package: String?)
    /// The operating system refused to start it.
    case spawnFailed(name: String, reason: String)
    /// `start()` was called while the process was already up or on its way.
    case alreadyRunning(name: String, pid: Int32?)
    /// It ended before it was ready.
    case exitedEarly(name: String, exit: ProcessExit)
    /// It runs but did not become ready in time. The last lines it wrote are given.
    case notReady(name: String, after: Duration, lastLines: [String])
    /// It, or something it started, survived SIGKILL for the time allowed.
    case stillAlive(name: String, pids: [Int32])

    /// One sentence naming the program and, where there is one, the remedy.
    public var description: String {
        switch self {
        case .missingProgram(let name, let package?):
            "\(name) is not installed: install the Debian package \(package) (apt-get install \(package))"
        case .missingProgram(let name, nil):
            "\(name) is not installed or not executable"
        case .spawnFailed(let name, let reason):
            "\(name) could not be started: \(reason)"
        case .alreadyRunning(let name, let pid):
            "\(name) is already running" + (pid.map { " (pid \($0))" } ?? "")
        case .exitedEarly(let name, let exit):
            "\(name) ended before it was ready: \(exit.summary)" + Self.tail(exit.lastLines)
        case .notReady(let name, let after, let lines):
            "\(name) was not ready after \(after)" + Self.tail(lines)
        case .stillAlive(let name, let pids):
            "\(name) could not be stopped; still alive: \(pids.map(String.init).joined(separator: ", "))"
        }
    }

    private static func tail(_ lines: [String]) -> String {
        lines.isEmpty ? "" : "; it said: " + lines.suffix(5).joined(separator: " | ")
    }
}
