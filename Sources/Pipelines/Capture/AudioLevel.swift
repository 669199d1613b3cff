/// How loud the guest's sound was over one measuring interval.
public struct AudioLevel: Sendable, Equatable {
    /// Root mean square in dBFS, the loudest channel's; `-inf` for digital silence.
    public let rms: Double
    /// Peak in dBFS, the loudest channel's.
    public let peak: Double
}
