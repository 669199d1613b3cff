import NIOHTTP1

/// The hub as `loco focus` sees it.
struct FocusHub: Sendable {
    private let client: HubClient

    /// - Parameter address: as it was given; nil for this machine's hub.
    /// - Throws: ``HubError/noHub(_:)`` for what is no address.
    init(address: String?, _ configuration: LocoConfiguration) throws(HubError) {
        client = try HubClient(address: address, configuration)
    }

    /// The active set.
    func state() async throws(HubError) -> ActiveState {
        try await client.ask(.GET, "/api/active", about: "a focus")
    }

    /// Makes these the active ones.
    func select(_ ids: [String]) async throws(HubError) -> ActiveState {
        try await client.ask(.POST, "/api/active", JSON.encode(["ids": ids]), about: "a focus")
    }

    /// Closes the connections.
    func close() async { await client.close() }
}
