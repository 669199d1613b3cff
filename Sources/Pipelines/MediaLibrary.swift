import GStreamer

/// The media library of this process, as the roles that stream see it. The hub never touches it.
public enum MediaLibrary {
    /// Starts it and checks that what every stream needs is installed. Encoders are looked for when they are needed.
    ///
    /// - Throws: `GStreamerError` naming the part that is missing and its Debian package.
    public static func start() throws(GStreamerError) {
        try Runtime.start()
        try Runtime.require([
            "appsink", "appsrc", "capsfilter", "jpegenc", "opusenc", "videoscale", "webrtcbin", "nicesrc", "dtlsdec",
            "srtpenc", "sctpdec",
        ])
        guard VideoEncoder.allCases.contains(where: \.isAvailable) else {
            throw .missingElement(factory: "x264enc", package: "gstreamer1.0-plugins-ugly")
        }
    }

    /// Gives the heap's free pages back to the system, after much was released at once: a viewer's connection leaves
    /// some hundred kilobytes of holes, which would otherwise stay.
    public static func trimMemory() { Runtime.trimMemory() }

    /// Loads the encoders' plugins, so that the first viewer does not wait for that.
    ///
    /// - Throws: `GStreamerError.missingElement`.
    public static func loadEncoders(_ choice: EncoderChoice, for codecs: [VideoCodec]) throws(GStreamerError) {
        for encoder in codecs.compactMap(choice.best) {
            _ = try EncoderSettings.video(encoder, bitrate: 1000, rate: 30)
        }
        _ = try EncoderSettings.opus(bitrate: 64)
        _ = try Element("videoscale")
    }

    /// What works, but costs more than it should on this machine, and why; for the log.
    public static var shortcomings: [String] {
        Runtime.hasFastCiphers ? [] : ["libsrtp does not take OpenSSL's ciphers: encryption costs three times as much"]
    }

    /// GStreamer's objects that are not freed yet.
    public static var liveObjects: Int { LiveObjects.count }

    /// Now, on the clock of all media: nanoseconds of `CLOCK_MONOTONIC`.
    public static func now() -> UInt64 { Runtime.now() }
}
