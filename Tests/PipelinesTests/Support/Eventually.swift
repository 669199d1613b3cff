import Testing

/// Polls until the condition holds; on giving up, records what was seen last.
func eventually(
    _ what: String, within limit: Duration = .seconds(10), isolation: isolated (any Actor)? = #isolation,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> (Bool, String)
) async rethrows {
    let deadline = ContinuousClock.now + limit
    var seen = ""
    repeat {
        let (holds, state) = try await condition()
        if holds { return }
        seen = state
        try? await Task.sleep(for: .milliseconds(20))
    } while ContinuousClock.now < deadline
    Issue.record("gave up after \(limit) waiting for \(what); last seen: \(seen)", sourceLocation: sourceLocation)
}
