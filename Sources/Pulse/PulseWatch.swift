/// Asks one sound server now and then what it has, over a connection that is kept, and made anew where it ended.
public actor PulseWatch {
    private let server: String
    private let name: String
    private var connection: PulseConnection?

    /// - Parameters:
    ///   - server: `unix:/run/loco/pulse.sock` and the like.
    ///   - name: what the server calls this client.
    public init(server: String, name: String) {
        self.server = server
        self.name = name
    }

    /// What the server has now.
    ///
    /// - Parameter limit: for the greeting and for the answer, each; a server that hangs is found by the first.
    /// - Throws: `PulseError`.
    public func inventory(within limit: Duration = .milliseconds(500)) async throws(PulseError) -> SoundInventory {
        let asked = try await open(within: limit)
        do { return try await asked.inventory(within: limit) } catch {
            asked.close()
            if connection === asked { connection = nil }
            throw error
        }
    }

    /// Ends the connection.
    public func stop() {
        connection?.close()
        connection = nil
    }

    private func open(within limit: Duration) async throws(PulseError) -> PulseConnection {
        if let connection { return connection }
        let opened = try await PulseConnection.open(server: server, name: name, within: limit)
        // Somebody else may have been quicker meanwhile.
        if let connection {
            opened.close()
            return connection
        }
        connection = opened
        return opened
    }
}
