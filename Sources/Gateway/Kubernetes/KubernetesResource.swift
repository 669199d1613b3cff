import Fleet

/// A kind of object that is listed and watched: where it is, and what RBAC calls it.
struct KubernetesResource<Object: KubernetesObject>: Sendable {
    /// Its name in paths and in Roles: `pods`.
    let name: String
    /// The list's path.
    let path: String
    /// The labels that are looked for; empty for all.
    let selector: String

    /// Under `/api/v1`, or under the API group that is given.
    init(_ name: String, group: String? = nil, in namespace: String, selector: String = "") {
        self.name = name
        self.selector = selector
        path = "/\(group.map { "apis/\($0)" } ?? "api/v1")/namespaces/\(namespace)/\(name)"
    }
}
