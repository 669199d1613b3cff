import Foundation

/// The file that the active set outlives its hub in.
public struct ActiveSetStore: Sendable {
    private struct Kept: Codable {
        var active: [InstanceID]
    }

    /// Its path.
    public let path: String

    /// - Parameter path: a file that need not exist, in a folder that does.
    public init(path: String) {
        self.path = path
    }

    /// What was kept; empty where nothing was.
    ///
    /// - Throws: `RunDirectoryError.cannotRead` for a file that holds something else or cannot be read.
    func load() throws -> [InstanceID] {
        if let kept = try AtomicFile.readJSON(Kept.self, from: path) { return kept.active }
        guard !FileManager.default.fileExists(atPath: path) else {
            throw RunDirectoryError.cannotRead(path: path, reason: "it is no file that this user can read")
        }
        return []
    }

    /// Keeps the set, whole or not at all.
    ///
    /// - Throws: `RunDirectoryError.cannotWrite`.
    func save(_ active: [InstanceID]) throws {
        try AtomicFile.writeJSON(Kept(active: active), to: path)
    }
}
