import GStreamer
import Synchronization

/// Notes on the decoding side when frames come out, and keeps those that are to be compared.
final class DecodeMeter: Sendable {
    private struct State {
        /// When frames were decoded, by their time.
        var decoded: [UInt64: UInt64] = [:]
        /// Raw frames whose decoded ones have yet to come, by their time.
        var wanted: [UInt64: LumaPlane] = [:]
        var pairs: [(raw: LumaPlane, decoded: LumaPlane)] = []
    }

    /// Times that are kept: a minute of the fastest rate.
    private static let limit = 1 << 13

    private let state = Mutex(State())

    /// Whether a frame was decoded yet.
    var hasDecoded: Bool { state.withLock { !$0.decoded.isEmpty } }

    /// The frame of that time is to be kept when it comes.
    func expect(_ raw: LumaPlane, of stamp: UInt64) {
        state.withLock { state in
            guard state.wanted.count < 4 * Int(LumaSampler.frames) else { return }
            state.wanted[stamp] = raw
        }
    }

    /// A frame that was decoded; called on the decoder's thread.
    func decoded(_ sample: borrowing Sample) {
        let now = Runtime.now()
        guard let stamp = sample.timestamp else { return }
        let raw = state.withLock { state in
            if state.decoded.count >= Self.limit { state.decoded.removeAll() }
            state.decoded[stamp] = now
            return state.wanted[stamp]
        }
        guard let raw, let luma = LumaPlane(sample) else { return }
        state.withLock { state in
            state.wanted[stamp] = nil
            state.pairs.append((raw, luma))
        }
    }

    /// Adds to a window's cost what became of its frames on this side.
    func complete(_ cost: EncodingCost) -> EncodingCost {
        let decoded = state.withLock { state in
            defer { state.decoded = state.decoded.filter { $0.key >= cost.end } }
            return state.decoded.filter { (cost.start..<cost.end).contains($0.key) }
        }
        var cost = cost
        cost.glassTimes = decoded.sorted { $0.key < $1.key }.map { stamp, at in Double(at - min(stamp, at)) / 1e6 }
        cost.undecoded = max(0, cost.frames - decoded.count)
        return cost
    }

    /// How many frames of a window were decoded by now.
    func count(_ window: Range<UInt64>) -> Int { state.withLock { $0.decoded.keys.count { window.contains($0) } } }

    /// Whether a frame that is to be compared has yet to come.
    var isExpecting: Bool { state.withLock { !$0.wanted.isEmpty } }

    /// Compares what was kept, and forgets it.
    func compare() -> [PictureQuality] {
        let pairs = state.withLock { state in
            defer { (state.pairs, state.wanted) = ([], [:]) }
            return state.pairs
        }
        return pairs.compactMap { PictureQuality($0.raw, $0.decoded) }
    }
}
