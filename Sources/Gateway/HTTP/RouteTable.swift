import Synchronization

/// The paths and methods a service answers. Filled once, after all routes are known.
final class RouteTable: Sendable {
    /// A route, its path as it was added.
    struct Route: Sendable, Equatable {
        let method: String
        let path: String
    }

    private let routes = Mutex<[(pattern: PathPattern, route: Route)]>([])

    func fill(_ entries: some Sequence<(path: String, method: String)>) {
        let compiled = entries.map { (PathPattern($0.path), Route(method: $0.method, path: $0.path)) }
        routes.withLock { $0 = compiled }
    }

    /// All routes.
    var all: [Route] { routes.withLock { $0.map(\.route) } }

    /// The methods of the routes that match `path`, sorted.
    func methods(of path: String) -> [String] {
        routes.withLock { routes in
            Set(routes.filter { $0.pattern.match(path) != nil }.map(\.route.method)).sorted()
        }
    }
}
