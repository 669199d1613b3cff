/// The sound of a guest in one word, from what its node measured of it:
///
/// | word | measured |
/// |---|---|
/// | excellent | sound is streamed, and it does not clip |
/// | good | sound is streamed, and it is silence: nothing wrong, and nothing proven |
/// | fair | sound is streamed, and its peaks clip (over -0.1 dB below full scale) |
/// | poor | the sound server runs, and nothing is captured, or the guest's stream is not in it |
/// | error | the sound server does not run |
enum AudioQuality: String, Codable, Sendable, Hashable, CaseIterable {
    case excellent, good, fair, poor, error

    /// A quieter sound is silence.
    static let silence = 0.0005
    /// Peaks from here on clip.
    static let clipping = -0.1

    /// The word for `deepHealth.audio` of a report; nil where nothing was measured.
    init?(_ audio: JSONValue?) {
        guard let runs = audio?["pulse_running"]?.bool else { return nil }
        guard runs else {
            self = .error
            return
        }
        guard let level = audio?["estimated_level"]?.number, audio?["guest_stream"]?.string != "absent" else {
            self = .poor
            return
        }
        if let peak = audio?["peak_db"]?.number, peak > Self.clipping {
            self = .fair
        } else {
            let isSilent = audio?["silent"]?.bool ?? (level < Self.silence)
            self = isSilent ? .good : .excellent
        }
    }
}
