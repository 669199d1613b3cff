/// An object of the Kubernetes API, as far as the fleet looks at it.
public protocol KubernetesObject: Decodable, Sendable, Hashable {
    /// Who it is.
    var metadata: KubernetesMetadata { get }
}
