import GStreamer

/// The media library of this process, as the roles that stream see it. The hub never touches it.
public enum MediaLibrary {
    /// Starts it and checks that what every stream needs is installed. Encoders are looked for when they are needed.
    ///
    /// - Throws: `GStreamerError` naming the part that is missing and its Debian package.
    public static func start() throws(GStreamerError) {
        try Runtime.start()
        try Runtime.require([
            "appsink", "appsrc", "capsfilter", "jpegenc", "level", "opusenc", "pulsesrc", "rtph264pay", "rtpopuspay",
            "rtpvp8pay", "videoconvert", "webrtcbin", "nicesrc", "dtlsdec", "srtpenc", "sctpdec",
        ])
        guard VideoEncoder.allCases.contains(where: \.isAvailable) else {
            throw .missingElement(factory: "x264enc", package: "gstreamer1.0-plugins-ugly")
        }
    }

    /// Loads the encoders' plugins, so that the first viewer does not wait for that.
    ///
    /// - Throws: `GStreamerError.missingElement`.
    public static func loadEncoders(for codecs: [VideoCodec]) throws(GStreamerError) {
        for encoder in codecs.compactMap(VideoEncoder.best) {
            _ = try EncoderSettings.video(encoder, bitrate: 1000, rate: 30)
        }
        _ = try EncoderSettings.opus(bitrate: 64)
    }

    /// Now, on the clock of all media: nanoseconds of `CLOCK_MONOTONIC`.
    public static func now() -> UInt64 { Runtime.now() }
}
