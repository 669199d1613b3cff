/// How far an instance is on its way up, or down.
public struct InstanceNews: Sendable, Codable, Equatable {
    /// The stages of an instance's life.
    public enum Phase: String, Sendable, Codable {
        /// It was found.
        case announcing
        /// Its node starts.
        case starting
        /// Its node runs, its guest starts.
        case booting
        /// It can be watched.
        case ready
        /// It can be watched, and something is wrong.
        case degraded
        /// It cannot be watched.
        case error
        /// It was taken away.
        case gone
    }

    /// The stage it is in.
    public var phase: Phase
    /// Parts of its way up that are behind it, 0...1; nil where that is not known.
    public var progress: Double?
    /// One sentence for people.
    public var message: String

    /// Describes a stage.
    public init(phase: Phase, progress: Double? = nil, message: String) {
        self.phase = phase
        self.progress = progress
        self.message = message
    }
}
