/// What an agent takes at the most, and how long it gives.
public struct JobLimits: Sendable {
    /// Jobs that run at a time.
    public var running = 128
    /// Jobs that have ended and are still told of.
    public var ended = 64
    /// Commands that are waited for at a time.
    public var commands = 8
    /// Bytes kept of each channel of such a command.
    public var output = 1 << 20
    /// What a job gets between SIGTERM and SIGKILL.
    public var grace: Duration = .seconds(5)
    /// CPU under ``idlePercent`` for so long is a job that hangs.
    public var hungAfter: Duration = .seconds(30)
    /// Per cent of one core.
    public var idlePercent = 1.0
    /// Between two measurements.
    public var interval: Duration = .seconds(1)

    /// Arguments of a job.
    public static let arguments = 1024
    /// Bytes of a path, and of one argument or variable.
    public static let text = 64 << 10
    /// Bytes of all arguments and variables together; the kernel takes 2 MiB.
    public static let total = 512 << 10
    /// Variables of a job.
    public static let variables = 256

    /// The ones above.
    public init() {}
}
