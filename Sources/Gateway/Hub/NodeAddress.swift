import Fleet

/// Where a ``NodeClient`` sends its requests: a node, or anything else of ours that serves HTTP.
struct NodeAddress: Sendable, Hashable, CustomStringConvertible {
    /// Scheme, host and port, without a slash at the end.
    let base: String

    init(_ base: String) { self.base = base.hasSuffix("/") ? String(base.dropLast()) : base }

    var description: String { base }
}

extension Instance {
    /// Where its node serves; nil while it does not listen.
    var address: NodeAddress? { streamUrl.map { NodeAddress($0) } }
}
