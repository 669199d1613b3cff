/// What the media side of a node measures, as its health is judged by; nil is "not measured".
public struct MediaReading: Sendable {
    /// The capture's frames; nil when there is no capture, which then accuses nobody.
    public var frames: FrameMeter.Reading?
    /// Whether the picture is black.
    public var black: BlackMeter.Reading?
    /// How loud the streamed sound is.
    public var sound: AudioLevelMeter.Reading?
    /// What the sound server says.
    public var soundServer: SoundServerReading?
    /// Milliseconds that 95 of 100 frames of the picture take at most to encode.
    public var encodeMilliseconds: Double?
    /// Frames dropped at viewers' queues since the node began.
    public var queueDrops: Int?
    /// What is wrong with viewers' own connections; nil when nobody measures them.
    public var troubles: [ViewerTrouble]?

    /// Nothing is measured.
    public init() {}
}
