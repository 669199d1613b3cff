import GStreamer

/// Draws a notice over the guest's last frame, dimmed, in a pipeline that lives for that picture only: 4 ms, 50 ms
/// the first time, when the fonts are read. The result has the frame's size and capabilities, so that encoders go on as they are.
enum PlaceholderPicture {
    /// The size of a placeholder for a guest that has shown nothing yet: VGA's, which most guests begin with.
    static let size = FrameSize(width: 640, height: 480)
    /// The part of the picture's width that one line's height takes. A tile is 384 pixels wide, where this makes 17.
    private static let linesPerWidth = 22

    /// Draws the notice.
    ///
    /// - Parameters:
    ///   - background: the guest's last frame; nil for black.
    ///   - framesPerSecond: the nominal rate that the capabilities of a black picture name.
    /// - Throws: `GStreamerError.missingElement` where text cannot be drawn, or what else failed.
    static func draw(
        _ notice: Notice, over background: consuming Sample?, framesPerSecond: Int
    ) async throws -> StillPicture {
        var size = size
        if let width = background?.caps?["width"]?.integer, let height = background?.caps?["height"]?.integer {
            size = FrameSize(width: Int(width), height: Int(height))
        }
        // Long lines wrap; a picture that is wide and low takes smaller letters so that they fit.
        let height = max(10, min(size.width / linesPerWidth, size.height / 10))
        let elements = [
            try Element("videobalance", ["contrast": .double(0.3), "saturation": .double(0.5)]),
            try Element(
                "textoverlay",
                [
                    "text": .string(markup(notice)), "font-desc": .string("Sans \(height)px"), "auto-resize": false,
                    "halignment": "center", "valignment": "center", "line-alignment": "center",
                    "wrap-mode": "wordchar", "draw-shadow": false,
                ]),
            // Without it the overlay would pass its text on beside the picture.
            try Element("capsfilter", ["caps": .caps(Caps("video/x-raw", ["format": "I420"]))]),
        ]
        if let background { return try await SingleFrame.run("placeholder", background, through: elements) }
        let black = try await SingleFrame.black(size, framesPerSecond: framesPerSecond)
        return try await SingleFrame.run("placeholder", black.sample.copy(), through: elements)
    }

    /// The notice in Pango's markup, in which some characters mean something.
    static func markup(_ notice: Notice) -> String {
        let title = "<b>\(escaped(notice.title))</b>"
        return notice.detail.map { title + "\n<span size=\"80%\">\(escaped($0))</span>" } ?? title
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.append(character)
            }
        }
    }
}
