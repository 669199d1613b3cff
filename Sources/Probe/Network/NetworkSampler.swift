/// Measures a guest's bridge and TAP. Their names may come, go and change while it runs.
public struct NetworkSampler: Sendable {
    private let root: String
    private var bridge: InterfaceSampler?
    private var tap: InterfaceSampler?

    /// A sampler that has measured nothing yet.
    ///
    /// - Parameter root: where the kernel's objects are; tests make up their own.
    public init(root: String = "/sys") {
        self.root = root
    }

    /// Measures now.
    ///
    /// - Parameters:
    ///   - bridge: the bridge's name; nil when the guest has none.
    ///   - tap: the TAP's name; nil when the guest has none.
    public mutating func sample(
        bridge: String?, tap: String?, at now: ContinuousClock.Instant = .now
    ) -> NetworkReading {
        if self.bridge?.name != bridge { self.bridge = bridge.map { InterfaceSampler($0, root: root) } }
        if self.tap?.name != tap { self.tap = tap.map { InterfaceSampler($0, root: root) } }
        return NetworkReading(bridge: self.bridge?.sample(at: now), tap: self.tap?.sample(at: now))
    }
}
