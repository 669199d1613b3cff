import Foundation

/// Measures one network interface from `/sys/class/net`: its state, and its errors over a sliding window.
///
/// Totals would accuse an interface for ever after one bad minute; only what is new counts.
public struct InterfaceSampler: Sendable {
    private struct Mark: Sendable {
        let tx: Int
        let rx: Int
        let at: ContinuousClock.Instant
    }

    /// The window of rates.
    public static let window = Duration.seconds(10)
    /// Samples remembered; asked more often than this allows, the window only shortens.
    private static let capacity = 64
    /// `IFF_UP` of the interface's flags.
    private static let setUp = 0x1

    /// The interface.
    public let name: String
    private let folder: String
    private var index: Int?
    private var marks: [Mark] = []

    /// A sampler of the interface of this name, which need not exist.
    ///
    /// - Parameter root: where the kernel's objects are; tests make up their own.
    public init(_ name: String, root: String = "/sys") {
        self.name = name
        folder = "\(root)/class/net/\(name)"
    }

    /// Measures now.
    public mutating func sample(at now: ContinuousClock.Instant = .now) -> InterfaceReading {
        guard let state = KernelFile.word(folder + "/operstate") else {
            marks = []
            return InterfaceReading(name: name, operationalState: nil, isUp: false)
        }
        let tx = number("statistics/tx_errors")
        let rx = number("statistics/rx_errors")
        if let tx, let rx { note(Mark(tx: tx, rx: rx, at: now), index: number("ifindex")) }
        var rates: (tx: Double, rx: Double, new: Int)?
        if let first = marks.first, let last = marks.last, last.at > first.at {
            let seconds = first.at.duration(to: last.at).inSeconds
            let (txNew, rxNew) = (last.tx - first.tx, last.rx - first.rx)
            rates = (Double(txNew) / seconds, Double(rxNew) / seconds, txNew + rxNew)
        }
        let flags = KernelFile.word(folder + "/flags").flatMap { Int($0.dropFirst(2), radix: 16) }
        let isSetUp = flags.map { $0 & Self.setUp != 0 }
        // Drivers that do not tell their carrier are "unknown" all their life; then it counts what somebody wants.
        let isUp = state == "up" || state == "unknown" && isSetUp != false
        return InterfaceReading(
            name: name, operationalState: state, isUp: isUp, lacksCarrier: !isUp && isSetUp == true, txErrors: tx,
            rxErrors: rx, txErrorRate: rates?.tx, rxErrorRate: rates?.rx, newErrors: rates?.new)
    }

    private func number(_ file: String) -> Int? {
        KernelFile.word("\(folder)/\(file)").flatMap { Int($0) }
    }

    private mutating func note(_ mark: Mark, index: Int?) {
        // Another interface by the same name counts from its own beginning.
        if index != self.index || marks.last.map({ mark.tx < $0.tx || mark.rx < $0.rx }) ?? false { marks = [] }
        self.index = index
        marks.append(mark)
        if marks.count > Self.capacity { marks.removeFirst() }
        // One sample from before the window stays: it is where the window's errors are counted from.
        while marks.count > 2, marks[1].at <= mark.at - Self.window { marks.removeFirst() }
    }
}
