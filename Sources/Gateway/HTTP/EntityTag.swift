import Foundation
import HTTPTypes
import Hummingbird

/// Names a version of what an answer holds (RFC 9110, section 8.8.3).
struct EntityTag: Sendable, Equatable {
    /// As in the header, in quotes.
    let text: String

    /// For content of which another version has another time or size.
    ///
    /// - Parameters:
    ///   - changed: stands for the time of its last change, in any way that tells two times apart.
    ///   - size: bytes.
    init(changed: UInt64, size: Int) { text = "\"\(String(changed, radix: 16))-\(String(size, radix: 16))\"" }

    /// For content at hand: its hash stands for its time.
    init(of data: Data) {
        // FNV-1a: no secret depends on it.
        let hash = data.reduce(into: UInt64(0xcbf2_9ce4_8422_2325)) { $0 = ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        self.init(changed: hash, size: data.count)
    }

    /// Whether the client has this version already (`If-None-Match`, RFC 9110, section 13.1.2) and gets a 304.
    func isKnown(to request: Request) -> Bool {
        request.headers[.ifNoneMatch]?.split(separator: ",").contains { known in
            let known = known.trimmingCharacters(in: .whitespaces)
            return known == text || known == "*" || known == "W/" + text
        } ?? false
    }
}
