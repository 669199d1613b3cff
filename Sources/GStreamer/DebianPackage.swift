/// Where the elements that Loco uses come from on Debian and Ubuntu.
enum DebianPackage {
    private static let contents: [String: [String]] = [
        "gstreamer1.0-plugins-base": [
            "appsink", "appsrc", "audioconvert", "audiotestsrc", "opusdec", "opusenc", "videoconvert", "videoscale",
            "videotestsrc",
        ],
        "gstreamer1.0-plugins-good": [
            "jpegdec", "jpegenc", "pulsesrc", "rtph264pay", "rtphdrexttwcc", "rtpopuspay", "rtpvp8pay", "rtpbin",
            "matroskademux", "mp4mux", "pngenc", "qtdemux", "videobalance", "vp8dec", "vp8enc", "vp9dec",
            "vp9enc", "webmmux",
        ],
        "gstreamer1.0-plugins-bad": [
            "av1dec", "av1enc", "dtlsdec", "h264parse", "nvh264enc", "openh264dec", "openh264enc", "rsvgdec", "sctpdec",
            "srtpenc",
            "vah264enc",
            "webrtcbin",
        ],
        "gstreamer1.0-plugins-ugly": ["x264enc"],
        "gstreamer1.0-libav": ["avdec_h264"],
        "gstreamer1.0-x": ["textoverlay", "ximagesink"],
        "gstreamer1.0-vaapi": ["vaapih264enc"],
        "gstreamer1.0-nice": ["nicesink", "nicesrc"],
        "libgstreamer1.0-0": ["capsfilter", "fakesink", "fakesrc", "filesink", "filesrc", "identity", "queue", "tee"],
    ]

    static let ofElement: [String: String] = contents.reduce(into: [:]) { result, entry in
        for element in entry.value { result[element] = entry.key }
    }
}
