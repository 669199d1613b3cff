import GStreamer

/// What decodes a codec in a measurement: the first that is installed, set so that it holds no frame back.
struct CodecDecoder: Sendable {
    let element: String
    private let settings: [String: Value]

    /// In order of preference.
    private static func candidates(_ codec: String) -> [CodecDecoder] {
        switch codec {
        // FFmpeg's second, for with several threads it is a frame late for each.
        case "h264": [.init("openh264dec"), .init("avdec_h264", ["max-threads": .int(1)])]
        case "vp8": [.init("vp8dec")]
        case "vp9": [.init("vp9dec")]
        case "av1": [.init("dav1ddec", ["max-frame-delay": .int64(1)]), .init("av1dec")]
        case "mjpeg": [.init("jpegdec")]
        default: []
        }
    }

    /// The decoder of a codec, by its name in the file.
    ///
    /// - Throws: `GStreamerError.missingElement` naming the last that would do.
    static func of(_ codec: String) throws(GStreamerError) -> CodecDecoder {
        let candidates = candidates(codec)
        if let found = candidates.first(where: { Runtime.hasElement($0.element) }) { return found }
        try Runtime.require(candidates.suffix(1).map(\.element))
        throw .missingElement(factory: "a decoder of \(codec)", package: nil)
    }

    private init(_ element: String, _ settings: [String: Value] = [:]) {
        self.element = element
        self.settings = settings
    }

    func make() throws(GStreamerError) -> Element { try Element(element, settings) }
}
