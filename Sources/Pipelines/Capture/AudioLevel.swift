import GStreamer

/// How loud the guest's sound was over one measuring interval.
public struct AudioLevel: Sendable, Equatable {
    /// Root mean square in dBFS, the loudest channel's; `-inf` for digital silence.
    public let rms: Double
    /// Peak in dBFS, the loudest channel's.
    public let peak: Double

    /// Reads the message of GStreamer's `level` element; nil for any other.
    init?(_ structure: Structure) {
        guard structure.name == "level",
            let rms = structure["rms"]?.items?.compactMap(\.number).max(),
            let peak = structure["peak"]?.items?.compactMap(\.number).max()
        else { return nil }
        self.rms = rms
        self.peak = peak
    }
}
