import Foundation

/// What to run as a child: a program and its surroundings. Nothing here passes through a shell.
public struct ChildCommand: Sendable, Equatable {
    /// What the logs and errors call it: "qemu", "xserver", "instance-0".
    public var name: String
    /// A name looked up on the search path, or an absolute path.
    public var executable: String
    /// Its arguments, without the program's own name.
    public var arguments: [String]
    /// Its whole environment; nothing is inherited besides.
    public var environment: [String: String]
    /// The folder it runs in; the parent's when nil.
    public var workingDirectory: String?
    /// Where its output is also written; nowhere when nil.
    public var logPath: String?
    /// What the kernel sends it when this process dies: KILL, or TERM for a program that has children of its own to end
    /// and files to clear away.
    public var parentDeathSignal = ParentDeathSignal.kill

    /// A signal for ``parentDeathSignal``, by the name that `setpriv` takes.
    public enum ParentDeathSignal: String, Sendable {
        case kill = "KILL"
        case terminate = "TERM"
    }

    /// Describes a child. `environment` is added to `ChildCommand.baseEnvironment`.
    public init(
        name: String, executable: String, arguments: [String] = [], environment: [String: String] = [:],
        workingDirectory: String? = nil, logPath: String? = nil
    ) {
        self.name = name
        self.executable = executable
        self.arguments = arguments
        self.environment = Self.baseEnvironment.merging(environment) { $1 }
        self.workingDirectory = workingDirectory
        self.logPath = logPath
    }

    /// The few variables a child gets from the parent. The rest stays away, so that a user's `DISPLAY`,
    /// `PULSE_SERVER` or `SDL_*` cannot lead a guest out of its own instance.
    public static var baseEnvironment: [String: String] {
        let inherited = ProcessInfo.processInfo.environment
        var result = ["LANG": "C.UTF-8"]
        for name in ["PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TZ", "LD_LIBRARY_PATH"] {
            result[name] = inherited[name]
        }
        return result
    }
}
