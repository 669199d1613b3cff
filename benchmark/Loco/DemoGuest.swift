/// Moves and stops the demo guest's train; its README tells what the keys do.
struct DemoGuest: Sendable {
    let instance: String
    let hub: HubClient

    /// The train's speeds: -8 to 8 pixels per frame, a key per step, no step beyond the ends.
    private static let top = 8
    /// The speed it starts with.
    private static let usual = 3

    /// Stops the train. Two seconds later nothing on the screen changes any more.
    func brake() async throws {
        try await tap("ArrowRight", times: 2 * Self.top)
        try await tap("ArrowLeft", times: Self.top)
    }

    /// Lets a stopped train run as it does after the start.
    func drive() async throws { try await tap("ArrowRight", times: Self.usual) }

    private func tap(_ key: String, times: Int) async throws {
        for _ in 0..<times {
            try await hub.input(#"{"type":"key","code":"\#(key)","action":"tap"}"#, to: instance)
            // The guest reads its keyboard once per frame at worst.
            try await Task.sleep(for: .milliseconds(40))
        }
    }
}
