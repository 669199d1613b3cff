import Foundation

/// A guest's way from one QEMU to another on the same host, by QEMU's live migration over a UNIX socket.
struct Handover: Sendable {
    /// What QEMU says about it.
    struct Report: Sendable {
        /// Milliseconds for which the guest stood still.
        let downtime: Int64
    }

    private static let limit = Duration.seconds(15)
    private let source: QMPClient
    private let target: QMPClient
    private let socket: String

    init(from source: QMPClient, to target: QMPClient, socket: String) {
        self.source = source
        self.target = target
        self.socket = socket
    }

    /// Gets both ready; the guest runs on.
    func prepare() async throws {
        try await target.execute("migrate-incoming", ["uri": .string("unix:" + socket)])
        try await source.execute(
            // Nobody else uses the socket: the default of 128 MiB/s would only make the guest's stop longer.
            "migrate-set-parameters", ["max-bandwidth": .integer(4 << 30), "downtime-limit": 300])
    }

    /// Moves the guest. A paused one stays paused.
    ///
    /// - Throws: `QMPError`, `GuestError.notMoved`; the guest then runs on in the source.
    func perform() async throws -> Report {
        let wasRunning = try await source.runState() == "running"
        do {
            try await source.execute("migrate", ["uri": .string("unix:" + socket)])
            let report = try await waitForSource()
            try await waitForTarget()
            // It began with -S: whatever fails until here, only the source has ever run the guest.
            await restoreSpeaker()
            if wasRunning { try await target.execute("cont") }
            return report
        } catch {
            await restore(running: wasRunning)
            throw error
        }
    }

    private func waitForSource() async throws -> Report {
        let end = ContinuousClock.now + Self.limit
        while .now < end {
            let state = try await source.execute("query-migrate", deadline: .seconds(2))
            switch state["status"]?.string {
            case "completed": return Report(downtime: state["downtime"]?.integer ?? 0)
            case "failed", "cancelled":
                throw GuestError.notMoved(reason: state["error-desc"]?.string ?? "QEMU gave no reason")
            default: try await Task.sleep(for: .milliseconds(3))
            }
        }
        throw GuestError.notMoved(reason: "the guest changes its memory faster than it can be copied")
    }

    private func waitForTarget() async throws {
        let end = ContinuousClock.now + .seconds(3)
        while .now < end {
            switch try await target.execute("query-status", deadline: .seconds(1))["status"]?.string {
            case "inmigrate": try await Task.sleep(for: .milliseconds(2))
            default: return
            }
        }
        throw GuestError.notMoved(reason: "the new QEMU did not take the guest over")
    }

    /// QEMU forgets that the PC speaker sounds (7.2's pcspk has no post_load), until the guest writes its port again. It
    /// stands still here, so that the same value can be written for it.
    private func restoreSpeaker() async {
        let answer = try? await target.execute("human-monitor-command", ["command-line": "i /b 0x61"])
        guard let text = answer?.string?.split(separator: "=").last?.trimmingCharacters(in: .whitespacesAndNewlines),
            text.hasPrefix("0x"), let value = UInt8(text.dropFirst(2), radix: 16), value & 3 == 3
        else { return }
        _ = try? await target.execute("human-monitor-command", ["command-line": "o /b 0x61 0x03"])
    }

    /// Lets the source run on. A source that has sent everything away stands still and takes its disk back by `cont`.
    private func restore(running: Bool) async {
        _ = try? await source.execute("migrate_cancel", deadline: .seconds(2))
        guard let state = try? await source.execute("query-status", deadline: .seconds(2))["status"]?.string else {
            return
        }
        guard ["postmigrate", "finish-migrate"].contains(state) else { return }
        _ = try? await source.execute("cont")
        if !running { _ = try? await source.execute("stop") }
    }
}
