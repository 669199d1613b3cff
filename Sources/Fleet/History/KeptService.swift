import Foundation

/// The last that was told of a service, with the instance it belongs to.
public struct KeptService: Sendable, Codable, Equatable {
    /// The instance.
    public var instance: InstanceID
    /// The service as it was then: its state, failures in a row and last crash.
    public var status: ServiceStatus
    /// When that was.
    public var time: Date

    /// Describes a service.
    public init(instance: InstanceID, status: ServiceStatus, time: Date) {
        self.instance = instance
        self.status = status
        self.time = time
    }
}
