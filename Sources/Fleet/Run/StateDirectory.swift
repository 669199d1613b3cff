import Foundation

/// The folder of what outlives a running Loco: the history, the active set, what hosts ran.
public struct StateDirectory: Sendable, Hashable {
    /// Its absolute path.
    public let path: String

    /// `$XDG_STATE_HOME/loco`, or `~/.local/state/loco` where that variable is absent.
    public static func defaultPath(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        if let base = environment["XDG_STATE_HOME"], base.hasPrefix("/") { return base + "/loco" }
        return NSHomeDirectory() + "/.local/state/loco"
    }

    /// Opens the folder, making it with mode 0700 where it is absent.
    ///
    /// - Throws: `RunDirectoryError` when the path is a file or a symbolic link, or belongs to somebody else.
    public init(path: String = StateDirectory.defaultPath()) throws {
        self.path = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        try PrivateDirectory.make(self.path)
    }

    /// The history of crashes and recoveries.
    public var history: String { path + "/history.sqlite" }

    /// The active set.
    public var activeSet: String { path + "/active.json" }

    /// The nodes that the hosts of an inventory had when their agents were heard last.
    public var hosts: String { path + "/hosts.json" }
}
