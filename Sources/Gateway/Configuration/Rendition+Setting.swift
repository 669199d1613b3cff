import Pipelines

extension Rendition {
    /// Widths that may be set, in pixels.
    static let widths = 64...1920
    /// Frame rates that may be set.
    static let frameRates = 1...60
    /// Bitrates that may be set, in kbit/s.
    static let bitrates = 50...50_000
    /// The name of the rendition for walls of many guests, which has settings of its own.
    static let tileName = "tile"

    /// How an item of `video.renditions` is written.
    static let settingForm =
        "name=WIDTHxFPS@KBITS as wall=960x30@1500 (1 to 32 of a-z, 0-9 and '-' as the name, not full or tile;"
        + " width \(widths.lowerBound) to \(widths.upperBound), frames per second \(frameRates.lowerBound) to"
        + " \(frameRates.upperBound), kbit/s \(bitrates.lowerBound) to \(bitrates.upperBound))"

    /// Reads an item of `video.renditions`; nil where it is malformed or its name is taken.
    init?(setting text: String) {
        let sides = text.split(separator: "=", omittingEmptySubsequences: false)
        guard sides.count == 2, Self.isName(sides[0]), ![Self.fullName, Self.tileName].contains(String(sides[0])) else {
            return nil
        }
        let halves = sides[1].split(separator: "@", omittingEmptySubsequences: false)
        guard halves.count == 2, let bitrate = Self.number(halves[1], in: Self.bitrates) else { return nil }
        let parts = halves[0].split(separator: "x", omittingEmptySubsequences: false)
        guard parts.count == 2, let width = Self.number(parts[0], in: Self.widths),
            let rate = Self.number(parts[1], in: Self.frameRates)
        else { return nil }
        self.init(name: String(sides[0]), width: width, framesPerSecond: rate, bitrate: bitrate)
    }

    /// Whether a rendition may be called so.
    static func isName(_ text: some StringProtocol) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
            }
    }

    private static func number(_ text: Substring, in range: ClosedRange<Int>) -> Int? {
        // Int reads signs too.
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
}
