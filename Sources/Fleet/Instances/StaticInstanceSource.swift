import Foundation
import Logging

/// The instances of a file, read again when the file changes. A file that is wrong is reported, and the last good set
/// stays.
public actor StaticInstanceSource: InstanceSource {
    private let path: String
    private let interval: Duration
    private let logger: Logger
    private nonisolated let board = InstanceBoard()
    private var version: FileVersion?
    private var watcher: Task<Void, Never>?

    /// What was wrong with the file when it was read last; nil when nothing was.
    public private(set) var lastError: (any Error)?

    /// A source that has not read its file yet.
    ///
    /// - Parameter interval: how often the file's time of change is looked at.
    public init(path: String, interval: Duration = .seconds(1), logger: Logger) {
        self.path = path
        self.interval = interval
        self.logger = logger
    }

    /// Reads the file and begins to watch it.
    ///
    /// - Throws: `InstanceFileError` for a file that is wrong at the start.
    public func start() throws {
        guard watcher == nil else { return }
        version = try? FileVersion(of: path)
        board.publish(try InstanceFile.read(path))
        watcher = Task { [interval] in
            while (try? await Task.sleep(for: interval)) != nil { self.look() }
        }
    }

    /// Ends watching and the readers' streams.
    public func stop() async {
        watcher?.cancel()
        await watcher?.value
        watcher = nil
        board.finish()
    }

    /// The whole set, now and after every change.
    public nonisolated func updates() -> AsyncStream<[Instance]> { board.updates() }

    /// Looks at the file now instead of at the next interval; reads it even if it seems unchanged.
    public func refresh() {
        version = nil
        look()
    }

    private func look() {
        let now = try? FileVersion(of: path)
        guard now == nil || now != version else { return }
        defer { version = now }
        do {
            let fresh = try InstanceFile.read(path)
            let old = Dictionary((board.instances ?? []).map { ($0.id, $0.discoveredAt) }) { $1 }
            board.publish(
                fresh.map { instance in
                    var instance = instance
                    instance.discoveredAt = old[instance.id] ?? instance.discoveredAt
                    return instance
                })
            lastError = nil
        } catch {
            // Said once per kind of fault: a file that stays missing would otherwise be reported every second.
            if "\(error)" != lastError.map({ "\($0)" }) {
                logger.error("keeping the last good instances", metadata: ["error": "\(error)"])
            }
            lastError = error
        }
    }
}
