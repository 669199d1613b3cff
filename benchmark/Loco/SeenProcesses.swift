/// The processes that were seen below one that was started, so that after its end it can be told whether any is left.
struct SeenProcesses: Sendable {
    private var names: [ProcessEntry.Identity: String] = [:]

    var count: Int { names.count }

    /// Remembers those.
    mutating func note(_ entries: [ProcessEntry]) {
        for entry in entries { names[entry.identity] = entry.name }
    }

    /// For people.
    func text(_ identities: [ProcessEntry.Identity]) -> [String] {
        identities.map { "\(names[$0] ?? "?") (\($0.pid))" }
    }

    /// Waits for all of them to end. Ignores cancellation.
    ///
    /// - Parameter isRunning: whether Foundation has still to collect an exit status, which is waited for as well.
    /// - Returns: those that are left after so many seconds.
    func remaining(
        within seconds: Int, isolation: isolated (any Actor)? = #isolation, while isRunning: () -> Bool
    ) async -> [ProcessEntry.Identity] {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            let left = names.keys.filter { identity in
                guard let entry = ProcessEntry(pid: identity.pid) else { return false }
                return entry.identity == identity && !entry.isZombie
            }
            if (left.isEmpty && !isRunning()) || ContinuousClock.now >= deadline { return Array(left) }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }
}
