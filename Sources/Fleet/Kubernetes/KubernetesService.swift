/// A Service, as far as the fleet looks at it.
public struct KubernetesService: KubernetesObject {
    /// Whom it leads to.
    public struct Spec: Decodable, Sendable, Hashable {
        /// Labels of the pods it leads to.
        public var selector: [String: String]?
    }

    /// Who it is.
    public var metadata: KubernetesMetadata
    /// Whom it leads to.
    public var spec: Spec?

    /// Whether it leads to pods of these labels.
    public func leads(to labels: [String: String]) -> Bool {
        guard let selector = spec?.selector, !selector.isEmpty else { return false }
        return selector.allSatisfy { labels[$0.key] == $0.value }
    }
}
