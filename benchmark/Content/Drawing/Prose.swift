/// Text to fill windows with.
enum Prose {
    static let paragraphs = [
        """
        The guest draws, and whoever watches wants to see it at once. Between the two lie a capture, an encoder, a \
        network and a decoder, and each of them may keep a picture back for a while. A tenth of a second is felt by \
        everybody who types; half of that is felt by everybody who plays.
        """,
        """
        Text is hard on video encoders. Its edges are sharp, its colours lie far apart, and a reader looks at it for \
        minutes. What passes in a film for a soft background is, around letters, a halo of blocks that cannot be \
        overlooked. An encoder that knows about screens copies whole words from the frame before.
        """,
        """
        When a page scrolls, nothing on it is new but the lines that appear at its end. Motion search finds the rest if \
        it looks far enough: at sixty frames per second two pixels, at fifteen eight. Slow presets look farther, and \
        cost more; fast ones give up, and send everything again.
        """,
        """
        Windows are dragged by people who see where the pointer is, not where the window was. A delay between both \
        makes them move too far, stop, and come back. No average tells of that: the slowest frame in twenty is the one \
        that they remember.
        """,
        """
        Most screens do not move at all. A cursor blinks twice in a second, a clock changes once in a minute, and the \
        best thing that a streaming server can do with all other frames is to leave them out. What it costs to find \
        that out is the price of a quiet guest, times the number of guests.
        """,
        """
        Measure before you tune, and measure again after it. A figure without the machine, the version and the \
        settings it came from is a rumour; one that nobody can repeat is a story.
        """,
    ]

    static let headings = [
        "1. From the screen to the eye", "2. What letters ask for", "3. Scrolling", "4. Dragging", "5. Doing nothing",
        "6. Figures",
    ]

    static let code = [
        "func next(damagedAt time: UInt64?) -> UInt64 {",
        "    guard let time else { return beat }",
        "    // The first change after a pause is not kept waiting.",
        "    let credit = min(limit, time - grabbedAt)",
        "    return max(time, grabbedAt + interval - credit)",
        "}",
        "",
        "for frame in frames where frame.isChanged {",
        "    encoder.push(frame)",
        "    count += 1",
        "}",
        "print(\"\\(count) of \\(frames.count) frames\")",
    ]

    /// Breaks a paragraph into lines of at most that many letters.
    static func lines(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
