/// How a network interface is, and what it has lost.
public struct InterfaceReading: Sendable, Equatable {
    /// "tap-0".
    public let name: String
    /// The kernel's word: up, down, unknown, lowerlayerdown ...; nil when there is no such interface.
    public let operationalState: String?
    /// It can carry frames.
    public let isUp: Bool
    /// It was set up and nothing is at its other end: a TAP whose QEMU is gone, a bridge with no live port.
    public let lacksCarrier: Bool
    /// Transmit errors since the interface was made; nil when it is not there.
    public let txErrors: Int?
    /// Receive errors since the interface was made; nil when it is not there.
    public let rxErrors: Int?
    /// Transmit errors per second over the window; nil before there are two samples.
    public let txErrorRate: Double?
    /// Receive errors per second over the window; nil before there are two samples.
    public let rxErrorRate: Double?
    /// Errors of both directions within the window; nil before there are two samples.
    public let newErrors: Int?

    /// A reading as taken elsewhere.
    public init(
        name: String, operationalState: String?, isUp: Bool, lacksCarrier: Bool = false, txErrors: Int? = nil,
        rxErrors: Int? = nil, txErrorRate: Double? = nil, rxErrorRate: Double? = nil, newErrors: Int? = nil
    ) {
        self.name = name
        self.operationalState = operationalState
        self.isUp = isUp
        self.lacksCarrier = lacksCarrier
        self.txErrors = txErrors
        self.rxErrors = rxErrors
        self.txErrorRate = txErrorRate
        self.rxErrorRate = rxErrorRate
        self.newErrors = newErrors
    }
}
