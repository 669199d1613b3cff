import Fleet

/// What the operator configured about recordings.
struct RecordingSettings: Sendable {
    /// The folder of this instance's recordings.
    var folder: String
    /// How long one may be.
    var maxSeconds: Int
    /// How large one may be.
    var maxBytes: Int
    /// How much of the disk is left to others, in bytes.
    var keepFree: Int

    init(folder: String, maxSeconds: Int = 14_400, maxBytes: Int = 4 << 30, keepFree: Int = 1 << 30) {
        self.folder = folder
        self.maxSeconds = maxSeconds
        self.maxBytes = maxBytes
        self.keepFree = keepFree
    }

    init(_ configuration: LocoConfiguration, of id: InstanceID) {
        let recording = configuration.recording
        let directory =
            recording.directory ?? (configuration.stateDirectory ?? StateDirectory.defaultPath()) + "/recordings"
        self.init(
            folder: "\(directory)/\(id)", maxSeconds: recording.maxSeconds, maxBytes: recording.maxBytes,
            keepFree: recording.keepFree)
    }
}
