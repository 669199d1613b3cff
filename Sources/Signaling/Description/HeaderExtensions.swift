/// The RTP header extensions (RFC 8285) that this node speaks, with the ids that the offer gives them.
struct HeaderExtensions: Equatable {
    /// Transport-wide sequence numbers (draft-holmer-rmcat-transport-wide-cc-extensions-01).
    static let transportWideURI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
    /// How long the receiver may hold frames back (libwebrtc's `playout-delay`).
    static let playoutDelayURI = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"

    /// The id of the transport-wide sequence number; nil where it is not offered, or without feedback about it.
    private(set) var transportWide: UInt8?
    /// The id of the playout delay.
    private(set) var playoutDelay: UInt8?

    /// None.
    init() {}

    /// Reads a media section's.
    init(in lines: [String]) {
        for map in SDPText.attributes("extmap", in: lines) {
            let words = map.split(separator: " ")
            // An id may carry a direction: "3/sendrecv". One-byte headers have ids up to 14.
            guard words.count >= 2, let number = words[0].split(separator: "/").first.flatMap({ UInt8($0) }),
                (1...14).contains(number)
            else { continue }
            switch words[1] {
            case Self.transportWideURI[...]: transportWide = number
            case Self.playoutDelayURI[...]: playoutDelay = number
            default: break
            }
        }
        // The numbers alone are of no use.
        if !SDPText.attributes("rtcp-fb", in: lines).contains(where: { $0.hasSuffix(" transport-cc") }) {
            transportWide = nil
        }
    }

    /// All of them: id and URI.
    var all: [(id: UInt8, uri: String)] {
        [(transportWide, Self.transportWideURI), (playoutDelay, Self.playoutDelayURI)].compactMap { id, uri in
            id.map { ($0, uri) }
        }
    }

    /// Whether the `extmap` line is one of these.
    func names(_ line: String) -> Bool {
        (transportWide != nil && line.contains(Self.transportWideURI))
            || (playoutDelay != nil && line.contains(Self.playoutDelayURI))
    }
}
