import Foundation

/// How a discovery stands, told by itself.
struct DiscoveryReport: Sendable {
    /// The source that is used now, where it is another than the one that is wanted.
    var kind: String?
    /// The Kubernetes namespace that is looked at.
    var namespace: String?
    /// The Services that lead to its pods.
    var services: [String] = []
    /// When the source was in contact with what it looks at; nil where only its sets tell.
    var lastDiscovery: Date?
    /// The set is the last known one, and nobody knows whether it is still right.
    var isStale = false
    /// The file is used because there is no cluster.
    var isFallback = false
    /// What keeps it from seeing all.
    var lastError: String?
}
