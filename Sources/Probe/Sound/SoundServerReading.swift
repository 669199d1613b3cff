/// What the sound server said when it was last asked.
public struct SoundServerReading: Sendable, Equatable {
    /// Its sinks.
    public var sinks: Int
    /// Its sources.
    public var sources: Int
    /// The guest's stream.
    public var guestStream: GuestStream
    /// Seconds since it answered.
    public var age: Double

    /// What it said.
    public init(sinks: Int, sources: Int, guestStream: GuestStream, age: Double) {
        self.sinks = sinks
        self.sources = sources
        self.guestStream = guestStream
        self.age = age
    }
}
