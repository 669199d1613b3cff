/// The objects of one kind, merged from lists and watches. It is keyed by name, and an event about an object that was made
/// anew in the meantime changes nothing.
public struct KubernetesStore<Object: KubernetesObject>: Sendable {
    /// What a change did.
    public enum Change: Sendable, Equatable {
        /// Nothing.
        case none
        /// An object is there or has changed.
        case put(name: String)
        /// An object is gone.
        case removed(Object)
    }

    /// The most objects that are kept.
    public let limit: Int
    private(set) var objects: [String: Object] = [:]
    /// Objects that are there and not kept, because there are too many.
    public private(set) var surplus: Set<String> = []

    /// Keeps up to `limit` objects.
    public init(limit: Int) {
        self.limit = limit
    }

    /// The objects, in no order.
    public var all: some Collection<Object> { objects.values }

    /// How many are kept.
    public var count: Int { objects.count }

    /// One object.
    public subscript(_ name: String) -> Object? { objects[name] }

    /// Takes a whole list in place of what is known. Gives what is gone with it.
    public mutating func replace(_ list: [Object]) -> [Object] {
        let old = objects
        objects = [:]
        surplus = []
        for object in list { _ = put(object) }
        return old.values.filter { objects[$0.metadata.name] == nil }
    }

    /// Takes an event of a watch.
    public mutating func apply(_ event: KubernetesEvent<Object>) -> Change {
        switch event {
        case .changed(let object): return put(object)
        case .deleted(let object):
            surplus.remove(object.metadata.name)
            // A late one about the object before this of the same name.
            guard let known = objects[object.metadata.name], known.metadata.uid == object.metadata.uid else {
                return .none
            }
            objects[object.metadata.name] = nil
            return .removed(known)
        case .bookmark, .failed, .unknown: return .none
        }
    }

    private mutating func put(_ object: Object) -> Change {
        let name = object.metadata.name
        guard !name.isEmpty else { return .none }
        if let known = objects[name] {
            guard known != object, !Self.isOlder(object.metadata, than: known.metadata) else { return .none }
        } else if objects.count >= limit {
            // Names only, and not without end either.
            if surplus.count < limit { surplus.insert(name) }
            return .none
        }
        surplus.remove(name)
        objects[name] = object
        return .put(name: name)
    }

    /// Whether what is told is older than what is known: another object of that name from before it.
    private static func isOlder(_ told: KubernetesMetadata, than known: KubernetesMetadata) -> Bool {
        guard told.uid != known.uid else { return false }
        if let a = told.creationTimestamp, let b = known.creationTimestamp, a != b { return a < b }
        // Made within one second: versions count up.
        guard let a = UInt64(told.resourceVersion), let b = UInt64(known.resourceVersion) else { return false }
        return a < b
    }
}
