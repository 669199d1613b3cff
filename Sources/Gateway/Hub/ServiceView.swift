import Fleet
import Foundation

/// A process as the hub's `/services` shows it: ``ServiceStatus`` under the hub's name for it, with its instance.
struct ServiceView: Encodable, Sendable {
    let instance: InstanceID
    let status: ServiceStatus

    /// `instance-0` for a node, `instance-0/qemu` for a process of it.
    init(instance: InstanceID, status: ServiceStatus) {
        var status = status
        if status.name != instance.rawValue { status.name = "\(instance)/\(status.name)" }
        self.instance = instance
        self.status = status
    }

    private enum Key: String, CodingKey { case instance, uptime }

    func encode(to encoder: any Encoder) throws {
        try status.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(instance, forKey: .instance)
        try container.encode(status.uptime(), forKey: .uptime)
    }
}
