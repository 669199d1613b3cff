/// One page of a list.
public struct KubernetesList<Item: KubernetesObject>: Decodable, Sendable {
    /// Where the list stands.
    public struct Metadata: Decodable, Sendable {
        /// The version all pages show; a watch goes on from it.
        public var resourceVersion: String?
        /// The token of the next page; nil or empty at the last.
        public var `continue`: String?
    }

    /// Where the list stands.
    public var metadata: Metadata
    /// The page's objects; a server may write `null` for none.
    public var items: [Item]?

    /// The token of the next page; nil at the last.
    public var next: String? { metadata.continue.flatMap { $0.isEmpty ? nil : $0 } }
}
