/// Steele, Lea and Flood's generator: 64 bits of state, the same numbers from the same seed on every machine.
///
/// It draws by rules of its own rather than the standard library's, which may change between versions: a seed must mean
/// the same sequence tomorrow.
struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A generator for one purpose of a seed: what another purpose draws does not change it.
    init(seed: UInt64, purpose: String) { state = seed ^ FNV1a.hash(purpose) }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A number of the range, each as likely as another.
    mutating func draw(_ range: ClosedRange<Int>) -> Int {
        let count = UInt64(range.upperBound - range.lowerBound) + 1
        // What lies above the last whole multiple would make the low numbers likelier.
        let limit = UInt64.max - UInt64.max % count
        var bits = next()
        while bits >= limit { bits = next() }
        return range.lowerBound + Int(bits % count)
    }

    /// One of the items, which are at least one.
    mutating func pick<T>(_ items: [T]) -> T { items[draw(0...items.count - 1)] }

    /// True in that many of 100 cases.
    mutating func chance(_ percent: Int) -> Bool { draw(1...100) <= percent }

    /// The items in another order (Fisher and Yates).
    mutating func shuffled<T>(_ items: [T]) -> [T] {
        var items = items
        for last in stride(from: items.count - 1, to: 0, by: -1) { items.swapAt(last, draw(0...last)) }
        return items
    }
}
