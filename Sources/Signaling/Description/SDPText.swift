/// A session description as lines (RFC 8866), split into the session part and its media sections. Knows nothing of
/// what the lines mean.
struct SDPText: Equatable, CustomStringConvertible {
    var session: [String]
    var media: [[String]]

    /// Splits text into lines.
    ///
    /// - Throws: `OfferError.notSDP` for text that cannot be a session description.
    init(_ text: String) throws(OfferError) {
        var sections: [[String]] = [[]]
        for line in text.split(whereSeparator: \.isNewline) {
            let bytes = line.utf8
            guard bytes.count >= 2, bytes[bytes.index(after: bytes.startIndex)] == UInt8(ascii: "=") else {
                throw .notSDP("line '\(line.prefix(40))' is not of the form <type>=<value>")
            }
            guard bytes.count <= 4096 else { throw .notSDP("a line is longer than 4096 bytes") }
            if line.hasPrefix("m=") { sections.append([]) }
            sections[sections.count - 1].append(String(line))
        }
        guard sections[0].first == "v=0" else { throw .notSDP("it does not begin with v=0") }
        session = sections[0]
        media = Array(sections.dropFirst())
    }

    var description: String { (session + media.joined()).map { $0 + "\r\n" }.joined() }

    /// The values of attributes of that name among the lines: `a=name:value`; empty strings for `a=name`.
    static func attributes(_ name: String, in lines: [String]) -> [String] {
        lines.compactMap { line in
            guard line.hasPrefix("a=\(name)") else { return nil }
            let rest = line.dropFirst(2 + name.count)
            if rest.isEmpty { return "" }
            return rest.first == ":" ? String(rest.dropFirst()) : nil
        }
    }
}
