import Logging

/// The instances that are in focus, in the order in which they were chosen. An empty set is nobody's focus: then all are
/// equal.
public actor ActiveSet {
    /// Most instances in it.
    public static let limit = 9

    /// Its members.
    public private(set) var ids: [InstanceID]

    private let store: ActiveSetStore?
    private let logger: Logger
    /// Of what nobody has read yet only the newest set counts.
    private let fanout = EventFanout<[InstanceID]>(capacity: 1)
    private var saving: Task<Void, Never>?
    private var isUnsaved = false
    private var hasFailed = false

    /// The set as it was kept.
    ///
    /// - Parameter store: where it is kept; nil forgets it with the process. A file that cannot be used is named in the
    ///   log, and the set begins empty.
    public init(store: ActiveSetStore? = nil, logger: Logger) {
        self.store = store
        self.logger = logger
        do {
            ids = Array(Self.unique(try store?.load() ?? []).prefix(Self.limit))
        } catch {
            ids = []
            logger.error(
                "the active set cannot be read and begins empty; the next change writes the file anew",
                metadata: ["error": "\(error)"])
        }
    }

    /// Chooses others; what is there twice counts once.
    ///
    /// - Returns: false when these are the active ones already.
    /// - Throws: `ActiveSetError`.
    @discardableResult
    public func set(_ chosen: [InstanceID]) throws(ActiveSetError) -> Bool {
        let chosen = Self.unique(chosen)
        guard chosen.count <= Self.limit else { throw .tooMany(count: chosen.count) }
        guard chosen != ids else { return false }
        ids = chosen
        fanout.send(chosen)
        save()
        return true
    }

    /// The set now and after every change, for any number of readers; who is slow sees the newest one.
    public func updates() -> AsyncStream<[InstanceID]> {
        fanout.subscribe(after: [ids])
    }

    /// Waits until the newest set is in the file, or could not be written.
    public func saved() async {
        await saving?.value
    }

    /// A disk that is slow or full holds up nobody who follows the set.
    private func save() {
        guard let store else { return }
        isUnsaved = true
        guard saving == nil else { return }
        saving = Task {
            while isUnsaved {
                isUnsaved = false
                await write(ids, to: store)
            }
            saving = nil
        }
    }

    private func write(_ ids: [InstanceID], to store: ActiveSetStore) async {
        do {
            try await BlockingWork.run { try store.save(ids) }
            if hasFailed { logger.notice("the active set is kept again", metadata: ["path": "\(store.path)"]) }
            hasFailed = false
        } catch {
            hasFailed = true
            logger.error(
                "the active set is not kept: a hub that starts again will not know it", metadata: ["error": "\(error)"])
        }
    }

    private static func unique(_ ids: [InstanceID]) -> [InstanceID] {
        var seen: Set<InstanceID> = []
        return ids.filter { seen.insert($0).inserted }
    }
}
