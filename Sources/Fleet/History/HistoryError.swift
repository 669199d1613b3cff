import GRDB

/// Why the history of crashes and recoveries cannot be kept or read.
public enum HistoryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file cannot be opened or made.
    case cannotOpen(path: String, reason: String)
    /// The file or its folder cannot be written.
    case readOnly(path: String)
    /// The disk is full.
    case full(path: String)
    /// The file is damaged, or something else than a history.
    case damaged(path: String, reason: String)
    /// A newer Loco wrote the file.
    case newerSchema(path: String)
    /// Another process holds the file for too long.
    case busy(path: String)
    /// Anything else that SQLite says.
    case failed(path: String, reason: String)

    /// Sorts what SQLite said.
    init(_ error: any Error, path: String) {
        guard let error = error as? DatabaseError else {
            self = error as? HistoryError ?? .failed(path: path, reason: "\(error)")
            return
        }
        let reason = error.message ?? "\(error.resultCode)"
        self =
            switch error.resultCode {
            case .SQLITE_CANTOPEN: .cannotOpen(path: path, reason: reason)
            case .SQLITE_READONLY, .SQLITE_PERM: .readOnly(path: path)
            case .SQLITE_FULL: .full(path: path)
            case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: .damaged(path: path, reason: reason)
            case .SQLITE_BUSY, .SQLITE_LOCKED: .busy(path: path)
            default: .failed(path: path, reason: reason)
            }
    }

    /// One sentence naming the file and the remedy.
    public var description: String {
        switch self {
        case .cannotOpen(let path, let reason):
            "the history \(path) cannot be opened (\(reason)): give a file in a folder that exists and is yours"
        case .readOnly(let path):
            "the history \(path) cannot be written: give a file in a folder that this user may write"
        case .full(let path):
            "the disk of the history \(path) is full: make room; what happens meanwhile is written when there is"
        case .damaged(let path, let reason):
            "the history \(path) is damaged (\(reason)): move it away with its -wal and -shm files and start again"
        case .newerSchema(let path):
            "the history \(path) was written by a newer Loco: run that one, or move the file away"
        case .busy(let path):
            "the history \(path) is held by another process: end that one, or give each its own file"
        case .failed(let path, let reason):
            "the history \(path) failed: \(reason)"
        }
    }
}
