/// What a sound server has, as it says itself.
public struct SoundInventory: Sendable, Equatable {
    /// Something that plays into the server.
    public struct Stream: Sendable, Equatable {
        /// The stream's name, as its program calls it.
        public var name: String
        /// The program's process; nil where it does not tell.
        public var pid: Int32?
        /// It holds still on the program's wish, and delivers nothing.
        public var isCorked: Bool
    }

    /// Names of the sinks.
    public var sinks: [String] = []
    /// Names of the sources; every sink has one, its monitor.
    public var sources: [String] = []
    /// What plays now.
    public var streams: [Stream] = []

    /// A server that has nothing.
    public init() {}
}
