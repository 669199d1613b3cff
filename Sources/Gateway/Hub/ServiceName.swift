import Fleet
import Foundation

/// The name of a process in the hub's `/services` and `/logs`: `instance-0` is a node, `instance-0/qemu` a process of
/// it, `hub` the hub itself.
enum ServiceName: Equatable, CustomStringConvertible {
    case hub
    case node(InstanceID)
    case part(InstanceID, String)

    /// Reads a name, also with its slash percent-encoded; nil for what cannot be one.
    init?(_ text: String) {
        guard text != "hub" else {
            self = .hub
            return
        }
        let sides = (text.removingPercentEncoding ?? text).split(
            separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let id = sides.first.flatMap({ InstanceID($0) }) else { return nil }
        guard sides.count > 1 else {
            self = .node(id)
            return
        }
        // The same letters as an instance's: it goes into a node's path.
        guard let part = InstanceID(sides[1]), part.rawValue.utf8.count <= 32 else { return nil }
        self = .part(id, part.rawValue)
    }

    var description: String {
        switch self {
        case .hub: "hub"
        case .node(let id): id.rawValue
        case .part(let id, let part): "\(id)/\(part)"
        }
    }
}
