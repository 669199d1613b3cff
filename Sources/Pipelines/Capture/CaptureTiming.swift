/// What one look at the screen took and found; times in nanoseconds.
public struct CaptureTiming: Sendable, Equatable {
    /// From asking the X server for the picture until it was there.
    public let grab: UInt64
    /// Comparing it with the one before it.
    public let compare: UInt64
    /// Processor time that both took of this process; the X server's copying is its own.
    public let cpu: UInt64
    /// From the word that the guest has drawn to the beginning of the grab; nil where none came, as on a still screen.
    public let damageDelay: UInt64?
    /// How bright the picture is; nil where that is not looked at, which it is after every change and at most
    /// ``lumaInterval`` apart.
    public let luma: PictureLuma?

    /// The shortest time between two looks at the brightness, in nanoseconds: all pixels of a dark picture are 0.2 ms.
    static let lumaInterval: UInt64 = 400_000_000
}
