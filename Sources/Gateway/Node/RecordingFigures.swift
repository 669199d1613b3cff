import Probe

/// What metrics tell of a node's recordings.
struct RecordingFigures: Sendable, Equatable {
    /// Recordings that run.
    var active = 0
    /// Bytes written since the node started.
    var bytes = 0
    /// Frames left out since the node started because the disk did not keep up.
    var dropped: UInt64 = 0

    /// Writes the families.
    func write(to page: inout PrometheusText, instance: String) {
        let own = [("instance", instance)]
        page.family("loco_recordings_active", .gauge, "Recordings that run.")
        page.sample("loco_recordings_active", own, Double(active))
        page.family("loco_recording_bytes_total", .counter, "Bytes of recordings written.")
        page.sample("loco_recording_bytes_total", own, Double(bytes))
        page.family(
            "loco_recording_dropped_frames_total", .counter,
            "Frames and sound packets that recordings miss because the disk did not keep up.")
        page.sample("loco_recording_dropped_frames_total", own, Double(dropped))
    }
}
