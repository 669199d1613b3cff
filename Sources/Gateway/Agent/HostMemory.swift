import Fleet
import Foundation

/// The file in which a hub remembers the nodes of its hosts: those of a host that is cut off are known also to a hub that
/// is started meanwhile.
struct HostMemory: Sendable {
    /// What one host had.
    struct Entry: Codable, Sendable, Equatable {
        var name: String
        var host: String
        var port: Int
        /// Its nodes, without what changes from second to second.
        var nodes: [JobStatus]

        init(_ host: Inventory.Host, nodes: [JobStatus]) {
            (name, self.host, port, self.nodes) = (host.name, host.host, host.port, nodes)
        }
    }

    private struct Kept: Codable {
        var hosts: [Entry]
    }

    /// Its path.
    let path: String

    /// What was kept of these hosts; one that has another address now is another one.
    ///
    /// - Throws: `RunDirectoryError.cannotRead`.
    func load(of hosts: [Inventory.Host]) throws -> [Inventory.Host: [JobStatus]] {
        let kept = try AtomicFile.readJSON(Kept.self, from: path)?.hosts ?? []
        return Dictionary(
            hosts.compactMap { host in
                kept.first { Inventory.Host(name: $0.name, host: $0.host, port: $0.port) == host }.map {
                    (host, $0.nodes)
                }
            }
        ) { $1 }
    }

    /// Keeps them, whole or not at all.
    ///
    /// - Throws: `RunDirectoryError.cannotWrite`.
    func save(_ entries: [Entry]) throws { try AtomicFile.writeJSON(Kept(hosts: entries), to: path) }
}
