import Foundation

/// A line between `bench codecs` and its workers: JSON, one field of them set.
struct CodecLine: Codable, Sendable {
    /// Asks for the cost over that many seconds.
    var measure: Double?
    /// Asks for the quality over that many seconds.
    var compare: Double?
    /// A frame came out of the encoder, or of the decoder.
    var isReady: Bool?
    /// What a window cost.
    var cost: EncodingCost?
    /// What the pictures of a window look like; from the encoding side without the pictures, as the window's end.
    var quality: [PictureQuality]?
    /// Why the worker ends.
    var failure: String?

    /// The line with its end.
    func encoded() throws -> Data { try JSONEncoder().encode(self) + [UInt8(ascii: "\n")] }

    /// Reads a line; nil for what is none, such as a library's warning.
    init?(line: String) { self.init(json: Data(line.utf8)) }

    /// Reads a line without its end.
    init?(json: Data) {
        guard let line = try? JSONDecoder().decode(CodecLine.self, from: json) else { return nil }
        self = line
    }

    init(
        measure: Double? = nil, compare: Double? = nil, isReady: Bool? = nil, cost: EncodingCost? = nil,
        quality: [PictureQuality]? = nil, failure: String? = nil
    ) {
        self.measure = measure
        self.compare = compare
        self.isReady = isReady
        self.cost = cost
        self.quality = quality
        self.failure = failure
    }
}
