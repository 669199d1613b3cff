/// Finds a shorter sequence that still fails: Zeller and Hildebrandt's ddmin, with a bound on runs and time.
struct Shrinker: Sendable {
    /// Most runs to try.
    let maxRuns: Int
    /// When no further run begins.
    let deadline: ContinuousClock.Instant

    /// What came of it.
    struct Outcome<Item> {
        /// The shortest failing sequence found.
        let items: [Item]
        let runs: Int
        /// Whether no single item can be left out any more; false where runs or time were used up.
        let isMinimal: Bool
    }

    /// Shrinks a sequence that fails.
    ///
    /// - Parameter fails: runs a sequence and tells whether it fails in the same way.
    func shrink<Item: Sendable>(
        _ items: [Item], isolation: isolated (any Actor)? = #isolation, fails: ([Item]) async throws -> Bool
    ) async throws -> Outcome<Item> {
        var items = items
        var parts = 2
        var runs = 0
        while items.count >= 2 {
            let chunks = Self.split(items, parts)
            var smaller: (items: [Item], parts: Int)?
            // A part alone first, which is shorter; with two parts each is the other's complement.
            let tries =
                chunks.map { ($0, 2) }
                + (parts == 2
                    ? [] : chunks.indices.map { (Self.without($0, chunks), max(parts - 1, 2)) })
            for (candidate, next) in tries {
                guard runs < maxRuns, ContinuousClock.now < deadline else {
                    return Outcome(items: items, runs: runs, isMinimal: false)
                }
                runs += 1
                if try await fails(candidate) {
                    smaller = (candidate, next)
                    break
                }
            }
            if let smaller {
                (items, parts) = smaller
            } else if parts < items.count {
                parts = min(parts * 2, items.count)
            } else {
                break
            }
        }
        return Outcome(items: items, runs: runs, isMinimal: true)
    }

    private static func split<Item>(_ items: [Item], _ parts: Int) -> [[Item]] {
        (0..<parts).map { part in
            Array(items[(items.count * part / parts)..<(items.count * (part + 1) / parts)])
        }
    }

    private static func without<Item>(_ index: Int, _ chunks: [[Item]]) -> [Item] {
        chunks.indices.filter { $0 != index }.flatMap { chunks[$0] }
    }
}
