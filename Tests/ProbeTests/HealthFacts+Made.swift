@testable import Probe

extension HealthFacts {
    /// A guest that runs, moves and sounds.
    static var well: HealthFacts {
        var facts = HealthFacts()
        facts.qemu = ServiceFact(isRunning: true, state: "S", uptime: 100)
        facts.display = ServiceFact(isRunning: true, state: "S", uptime: 100)
        facts.pulse = ServiceFact(isRunning: true, state: "S", uptime: 100)
        facts.runState = "running"
        facts.controlSilence = 0
        facts.vcpuProgress = 12
        facts.vncListens = true
        facts.lastFrameAge = 0.03
        facts.soundAnswerAge = 0.5
        facts.guestStreamLost = false
        return facts
    }
}

extension NetworkReading {
    static func with(
        bridge: String? = "up", tap: String? = "up", newErrors: Int? = 0, lacksCarrier: Bool = false
    ) -> NetworkReading {
        func interface(_ name: String, _ state: String?, errors: Int?) -> InterfaceReading {
            InterfaceReading(
                name: name, operationalState: state, isUp: state == "up", lacksCarrier: lacksCarrier && state != "up",
                newErrors: errors)
        }
        return NetworkReading(
            bridge: interface("br-loco", bridge, errors: 0), tap: interface("tap-0", tap, errors: newErrors))
    }
}
