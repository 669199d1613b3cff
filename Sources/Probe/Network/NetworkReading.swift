/// How the guest's network is; nil where the guest has no such interface.
public struct NetworkReading: Sendable, Equatable {
    /// The bridge.
    public let bridge: InterfaceReading?
    /// The TAP.
    public let tap: InterfaceReading?

    /// A reading as taken elsewhere.
    public init(bridge: InterfaceReading? = nil, tap: InterfaceReading? = nil) {
        self.bridge = bridge
        self.tap = tap
    }

    /// Errors of both within the window; nil when neither is measured.
    public var newErrors: Int? { sum { $0.newErrors } }
    /// Transmit errors of both.
    public var txErrors: Int? { sum { $0.txErrors } }
    /// Receive errors of both.
    public var rxErrors: Int? { sum { $0.rxErrors } }
    /// Transmit errors of both per second.
    public var txErrorRate: Double? { sum { $0.txErrorRate } }
    /// Receive errors of both per second.
    public var rxErrorRate: Double? { sum { $0.rxErrorRate } }

    private func sum<Number: Numeric>(_ value: (InterfaceReading) -> Number?) -> Number? {
        let values = [bridge, tap].compactMap { $0.flatMap(value) }
        return values.isEmpty ? nil : values.reduce(0, +)
    }
}
