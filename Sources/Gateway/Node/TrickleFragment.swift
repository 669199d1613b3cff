/// An SDP fragment with candidates (RFC 8840), as WHEP's `PATCH` carries them.
enum TrickleFragment {
    /// The candidates with the index of the media section they stand in; everything is bundled, so a fragment that
    /// names no section is about the first.
    static func candidates(in text: String) -> [(candidate: String, section: Int)] {
        var section = -1
        var result: [(String, Int)] = []
        for line in text.split(whereSeparator: \.isNewline) {
            if line.hasPrefix("m=") { section += 1 }
            if line.hasPrefix("a=candidate:") { result.append((String(line.dropFirst(2)), max(0, section))) }
            if line.hasPrefix("a=end-of-candidates") { result.append(("", max(0, section))) }
        }
        return result
    }
}
