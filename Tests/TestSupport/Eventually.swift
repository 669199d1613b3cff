/// Polls until the condition holds.
///
/// - Parameters:
///   - what: the condition in words, for the failure.
///   - condition: whether it holds, and how things stand, for the failure.
/// - Throws: `GaveUp` with what was seen last.
public func eventually(
    _ what: String, within limit: Duration = .seconds(10), isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> (Bool, String)
) async throws {
    let deadline = ContinuousClock.now + limit
    var seen = ""
    repeat {
        let (holds, state) = try await condition()
        if holds { return }
        seen = state
        try await Task.sleep(for: .milliseconds(20))
    } while ContinuousClock.now < deadline
    throw GaveUp(description: "gave up after \(limit) waiting for \(what); last seen: \(seen)")
}

/// A condition that did not come true in time.
public struct GaveUp: Error, CustomStringConvertible {
    /// What was waited for, and what was seen last.
    public let description: String
}
