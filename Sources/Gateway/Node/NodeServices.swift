import Fleet
import Foundation
import Logging

/// The services of one node, as its HTTP surface knows them: the guest's processes, and `media`, the captures.
struct NodeServices: Sendable {
    /// What the captures are called.
    static let media = "media"
    /// What the node's own log is called.
    static let node = "node"

    let stage: Stage
    let guest: Guest
    let directory: InstanceDirectory
    let logger: Logger

    /// All of them now, in dependency order.
    func all() async -> [ServiceStatus] { await guest.services + [stage.mediaStatus] }

    /// Begins to start a service again; what comes of it is told by events.
    ///
    /// - Returns: its status before that.
    /// - Throws: `APIError` 404 for an unknown one.
    func restart(_ name: String) async throws -> ServiceStatus {
        guard let status = await all().first(where: { $0.name == name }) else { throw unknown(name) }
        try await requireGuest()
        Task { [stage, guest, logger] in
            if name == Self.media { return await stage.rebuild() }
            do { try await guest.restart(name) } catch {
                logger.error("the service does not start: \(error)", metadata: ["service": "\(name)"])
            }
        }
        return status
    }

    /// The newest lines of a service's log; `node` is the node's own, where whoever started it keeps one.
    ///
    /// - Throws: `APIError` 404 for an unknown service.
    func log(_ name: String, count: Int) async throws -> [String] {
        // Only names that are known become part of a path.
        let known = await guest.services.map(\.name) + [Self.node]
        guard known.contains(name) else {
            throw APIError.notFound("no log of '\(name.prefix(40))'; there are \(known.joined(separator: ", "))")
        }
        return LogTail.lines(of: directory.log(name), count: count) ?? []
    }

    /// Does what a recovery strategy says, and returns when it is done.
    ///
    /// - Throws: what stands in its way.
    func mend(_ strategy: RecoveryStrategy) async throws {
        // The guest refuses what is not its own.
        if strategy == .pipeline { return await stage.rebuild() }
        try await guest.recover(strategy)
    }

    /// Lets through what is for a guest that is up: one that starts is not to be disturbed.
    ///
    /// - Throws: `APIError` 503 that says when to ask again.
    func requireGuest() async throws {
        guard await guest.isUp else {
            throw APIError(
                .serviceUnavailable, "guest-starting", "the guest is starting; ask again when it is up",
                headers: [.retryAfter: "1"])
        }
    }

    /// 404 naming those there are.
    func unknown(_ name: String) -> APIError {
        .notFound("no service '\(name.prefix(40))'; there are xserver, pulse, qemu and \(Self.media)")
    }
}
