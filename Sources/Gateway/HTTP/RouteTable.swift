import Synchronization

/// The paths and methods a service answers. Filled once, after all routes are known.
final class RouteTable: Sendable {
    private let routes = Mutex<[(pattern: PathPattern, method: String)]>([])

    func fill(_ entries: some Sequence<(path: String, method: String)>) {
        let compiled = entries.map { (PathPattern($0.path), $0.method) }
        routes.withLock { $0 = compiled }
    }

    /// The methods of the routes that match `path`, sorted.
    func methods(of path: String) -> [String] {
        routes.withLock { routes in
            Set(routes.filter { $0.pattern.match(path) != nil }.map(\.method)).sorted()
        }
    }
}
