/// Who sends (RTCP SDES, RFC 3550, section 6.5): the canonical name that belongs to each stream.
struct SourceDescription {
    /// The streams' SSRCs: 31 at most.
    var sources: [UInt32]
    /// Of 255 bytes at most.
    var name: String

    /// The packet's bytes.
    var bytes: [UInt8] {
        let name = Array(self.name.utf8.prefix(255))
        var chunks: [UInt8] = []
        for source in sources.prefix(31) {
            chunks += [UInt8]().joined(with: [source]) + [1, UInt8(name.count)] + name
            // A zero ends the chunk, and more fill it up.
            chunks += [UInt8](repeating: 0, count: 4 - chunks.count % 4)
        }
        let words = UInt16(chunks.count / 4)
        return [0x80 | UInt8(min(31, sources.count)), 202, UInt8(words >> 8), UInt8(words & 0xff)] + chunks
    }
}
