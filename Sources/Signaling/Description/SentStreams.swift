/// What a description says of the streams that its side sends (RFC 5576).
struct SentStreams {
    private let names: [UInt32: String]
    private let repairs: [UInt32: UInt32]

    /// Reads a description; one that is none names no streams.
    init(in description: String) {
        let lines = description.split(whereSeparator: \.isNewline).map(String.init)
        var (names, repairs): ([UInt32: String], [UInt32: UInt32]) = ([:], [:])
        for attribute in SDPText.attributes("ssrc", in: lines) {
            let words = attribute.split(separator: " ", maxSplits: 1)
            guard words.count == 2, let source = UInt32(words[0]), words[1].hasPrefix("cname:") else { continue }
            names[source] = String(words[1].dropFirst("cname:".count))
        }
        for group in SDPText.attributes("ssrc-group", in: lines) {
            let words = group.split(separator: " ")
            // Flow identification (RFC 4588, section 8.3).
            guard words.count == 3, words[0] == "FID", let first = UInt32(words[1]), let second = UInt32(words[2])
            else {
                continue
            }
            repairs[first] = second
        }
        (self.names, self.repairs) = (names, repairs)
    }

    /// The canonical name of a stream's sender; empty where it is not told.
    func name(of source: UInt32) -> String { names[source] ?? "" }

    /// The stream on which a stream's packets are sent again; nil for none.
    func repair(of source: UInt32) -> UInt32? { repairs[source] }
}
