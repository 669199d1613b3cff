/// A job with what it costs, as it was measured last.
public struct JobFigures: Sendable {
    /// How it is.
    public let status: JobStatus
    /// Per cent of one core, it and all it started together; nil before the second measurement, and when it has ended.
    public let cpuPercent: Double?
    /// Bytes of RAM, likewise; nil before the first.
    public let residentBytes: Int?

    /// Describes one.
    public init(status: JobStatus, cpuPercent: Double?, residentBytes: Int?) {
        (self.status, self.cpuPercent, self.residentBytes) = (status, cpuPercent, residentBytes)
    }
}
