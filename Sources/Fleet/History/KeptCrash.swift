/// A crash from the history, with the instance it happened to.
public struct KeptCrash: Sendable, Codable, Equatable {
    /// The instance.
    public var instance: InstanceID
    /// What happened.
    public var crash: CrashRecord

    /// Describes a crash.
    public init(instance: InstanceID, crash: CrashRecord) {
        self.instance = instance
        self.crash = crash
    }
}
