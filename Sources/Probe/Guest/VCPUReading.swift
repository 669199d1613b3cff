/// What a guest's processors did between two samples.
public struct VCPUReading: Sendable, Equatable {
    /// Threads that run the guest's processors.
    public let threads: Int
    /// Per cent of one core that they took together over the interval; nil for the first sample. A guest that halts
    /// between interrupts takes next to nothing and is well.
    public let progress: Double?
    /// Seconds for which they have taken nothing at all; 0 while they run; nil for the first sample.
    public let stalledFor: Double?

    /// A reading as taken elsewhere.
    public init(threads: Int, progress: Double?, stalledFor: Double?) {
        self.threads = threads
        self.progress = progress
        self.stalledFor = stalledFor
    }
}
