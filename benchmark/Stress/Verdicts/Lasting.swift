/// Since when something has been the case, for each of several.
struct Lasting<Key: Hashable & Sendable>: Sendable {
    private var since: [Key: Double] = [:]

    /// Takes those for which it is the case at that time, in seconds.
    ///
    /// - Returns: for how long it has been.
    mutating func note(_ keys: some Sequence<Key>, at time: Double) -> [Key: Double] {
        var now: [Key: Double] = [:]
        for key in keys { now[key] = since[key] ?? time }
        since = now
        return now.mapValues { time - $0 }
    }
}
