import Signaling

/// Frames that viewers missed, by what they watched. A viewer's own count goes away with it; a counter of Prometheus
/// must not fall, so what was added since the last look is kept here.
struct DropLedger: Sendable, Equatable {
    /// What a viewer watches.
    struct Stream: Hashable, Comparable, Sendable {
        let rendition: String
        let codec: String

        static func < (left: Stream, right: Stream) -> Bool {
            (left.rendition, left.codec) < (right.rendition, right.codec)
        }
    }

    /// Frames dropped in all.
    private(set) var totals: [Stream: UInt64] = [:]
    private var last: [String: UInt64] = [:]

    /// Looks at the viewers there are. A viewer's drops go to what it watches now.
    mutating func note(_ viewers: [ViewerSummary]) {
        var seen: [String: UInt64] = [:]
        for viewer in viewers {
            let stream = Stream(rendition: viewer.rendition, codec: viewer.codec)
            let before = last[viewer.id] ?? 0
            totals[stream, default: 0] += viewer.dropped >= before ? viewer.dropped - before : viewer.dropped
            seen[viewer.id] = viewer.dropped
        }
        last = seen
    }
}
