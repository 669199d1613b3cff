import Foundation

/// A line between this program and one that it started as a peer: JSON, one field of them set.
struct PeerLine: Codable, Sendable {
    /// A session description of the receiving side.
    var offer: String?
    /// A session description of the sending side.
    var answer: String?
    /// A message for the data channel.
    var send: String?
    /// What was received since the last report.
    var report: ReceiverReport?
    /// Why the peer ends.
    var failure: String?

    /// The line with its end.
    func encoded() throws -> Data { try JSONEncoder().encode(self) + [UInt8(ascii: "\n")] }

    /// Reads a line; nil for what is none, such as a library's warning.
    init?(line: String) {
        guard let line = try? JSONDecoder().decode(PeerLine.self, from: Data(line.utf8)) else { return nil }
        self = line
    }

    init(
        offer: String? = nil, answer: String? = nil, send: String? = nil, report: ReceiverReport? = nil,
        failure: String? = nil
    ) {
        self.offer = offer
        self.answer = answer
        self.send = send
        self.report = report
        self.failure = failure
    }
}
