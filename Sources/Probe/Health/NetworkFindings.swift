/// What speaks against the guest's network.
enum NetworkFindings {
    /// Seconds that the kernel may take to tell of a carrier; it does so once a second at most.
    private static let carrierDelay = 2.0

    static func of(_ facts: HealthFacts) -> [Finding] {
        guard let network = facts.network else { return [] }
        // QEMU is the TAP's other end, and the TAP may be the bridge's only port: without it both lack their carrier,
        // and for a moment after it is back.
        let excusesCarrier = !(facts.qemu.map { $0.isRunning && ($0.uptime ?? .infinity) > carrierDelay } ?? true)
        let tap = network.tap.flatMap { down("TAP", $0, excusesCarrier: excusesCarrier) }
        let bridge = network.bridge.flatMap { down("bridge", $0, excusesCarrier: excusesCarrier || tap != nil) }
        var result = [bridge, tap].compactMap(\.self)
        let limit = HealthVerdict.Limit.networkErrors
        if let errors = network.newErrors, errors > limit {
            result.append(
                finding(
                    "the guest's network loses frames", "\(errors) errors",
                    threshold: "\(limit) errors in \(Int(InterfaceSampler.window.inSeconds)) s"))
        }
        return result
    }

    private static func down(_ kind: String, _ interface: InterfaceReading, excusesCarrier: Bool) -> Finding? {
        guard !interface.isUp, !(excusesCarrier && interface.lacksCarrier) else { return nil }
        guard let state = interface.operationalState else {
            return finding("the guest's \(kind) \(interface.name) is gone", "absent")
        }
        return finding("the guest's \(kind) \(interface.name) is down", state)
    }

    private static func finding(_ reason: String, _ value: String, threshold: String? = nil) -> Finding {
        Finding(.network, .breaks, Evidence(part: .network, reason: reason, value: value, threshold: threshold))
    }
}
