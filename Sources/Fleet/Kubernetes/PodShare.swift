import Foundation

/// What a share of the processors means for a pod: how much its container asks for, of which Kubernetes makes the weight
/// of the pod beside others on its machine. A pure function.
public struct PodShare: Sendable, Equatable {
    /// What is to be done.
    public enum Step: Sendable, Equatable {
        /// It asks for that already.
        case none
        /// It is to ask for so many thousandths of a processor.
        case resize(container: String, millis: Int)
        /// Nothing can be done, and why.
        case obstacle(String)
    }

    /// What is to be done for a pod to have `share` of what its StatefulSet's template asks for.
    ///
    /// - Parameter set: nil where it is not known.
    public static func step(for pod: KubernetesPod, of set: KubernetesStatefulSet?, share: Double) -> Step {
        let containers = pod.spec?.containers ?? []
        guard let own = containers.first(where: { $0.name == "emulator" }) ?? containers.first else { return .none }
        guard let set else {
            return .obstacle("its StatefulSet is not known, and so not what it asks for when nobody is in focus")
        }
        let template = set.spec?.template?.spec?.containers?.first { $0.name == own.name }
        guard let text = template?.resources?.requests?["cpu"], let whole = millis(text), whole > 0 else {
            return .obstacle("its StatefulSet asks for no cpu: set emulator.resources.requests.cpu")
        }
        if let most = own.resources?.limits?["cpu"].flatMap(millis), most == whole,
            own.resources?.limits?["memory"] == own.resources?.requests?["memory"]
        {
            return .obstacle(
                "its requests are its limits (QoS class Guaranteed), which cannot be changed: set"
                    + " emulator.resources.requests.cpu below the limit")
        }
        let wanted = max(2, Int((whole * min(max(share, 0), 1)).rounded()))
        let now = own.resources?.requests?["cpu"].flatMap(millis) ?? whole
        return abs(now - Double(wanted)) < 1 ? .none : .resize(container: own.name, millis: wanted)
    }

    /// Thousandths of a processor, of a quantity as `500m`, `2` or `0.5`; nil for what is none.
    static func millis(_ text: String) -> Double? {
        let units: [(String, Double)] = [("n", 1e-6), ("u", 1e-3), ("m", 1), ("k", 1e6), ("", 1e3)]
        guard let (unit, factor) = units.first(where: { $0.0.isEmpty || text.hasSuffix($0.0) }) else { return nil }
        let number = text.dropLast(unit.count)
        guard !number.isEmpty, number.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }) else {
            return nil
        }
        return Double(number).map { $0 * factor }
    }
}
