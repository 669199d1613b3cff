import Foundation
import Logging

extension QemuProcess {
    /// Hands the running guest over to a new QEMU, which connects to the sound server anew; QEMU itself never does.
    ///
    /// The guest goes on where it was: memory, devices and disk. It stands still for some milliseconds.
    ///
    /// - Throws: `GuestError.notMoved`: the guest runs on in the old QEMU. `GuestError.notRunning`.
    func move() async throws {
        guard let old = run, let source = await old.qmp, let size = await old.window,
            let display = await xserver.liveDisplay
        else { throw GuestError.notRunning }
        var machine = old.machine
        machine.takesOver = true
        machine.pulseSocket = directory.pulseSocket
        machine.qmpSocket = directory.successorQMPSocket
        machine.vncSocket = directory.successorVNCSocket
        let began = ContinuousClock.now
        let new = await makeRun(machine, display: display)
        successor = new
        defer { successor = nil }
        let (usher, hidden) = Self.usher(
            WindowUsher(
                display: display, cookie: xserver.cookie, screenWidth: configuration.screenWidth), replacing: size)
        let report: Handover.Report
        do {
            for await _ in hidden.ready { break }
            try await new.start()
            guard let target = await new.qmp else { throw GuestError.notRunning }
            let handover = Handover(from: source, to: target, socket: directory.path + "/move.sock")
            try await handover.prepare()
            control.hold()
            report = try await handover.perform()
            guard !stopRequested, run === old else { throw CancellationError() }
            // From here on the new one is the guest's, and what the supervisor waits for.
            run = new
            control.set(target)
        } catch {
            usher.leave()
            try? await new.discard()
            unlink(machine.qmpSocket)
            machine.vncSocket.map { _ = unlink($0) }
            unlink(directory.path + "/move.sock")
            control.release()
            _ = try? await hidden.window.value
            throw error is CancellationError ? error : GuestError.notMoved(reason: "\(error)")
        }
        usher.show()
        let shown = (try? await hidden.window.value).flatMap { $0 }
        try? await old.discard()
        rename(machine.qmpSocket, directory.qmpSocket)
        // Absent where the guest's arguments name another place.
        machine.vncSocket.map { _ = rename($0, directory.vncSocket) }
        unlink(directory.path + "/move.sock")
        if let shown {
            await new.placed(shown)
        } else {
            // The display has another window manager; the guest is seen in the wrong place until then.
            try? await new.placeWindow(display: display, cookie: xserver.cookie)
        }
        logger.notice(
            "handed the guest over to a new QEMU",
            metadata: ["stoodStill": "\(report.downtime) ms", "took": "\(ContinuousClock.now - began)"])
        if network.isDetachable, let qmp = await new.qmp { try await network.plug(into: qmp) }
    }

    private struct Hidden {
        let ready: AsyncStream<Void>
        let window: Task<GuestWindow?, any Error>
    }

    private static func usher(_ usher: WindowUsher, replacing old: GuestWindow) -> (WindowUsher, Hidden) {
        let (ready, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let window = Task {
            defer { signal.finish() }
            return try await BlockingWork.run {
                try usher.run(limit: .seconds(40), replacing: old.id) { signal.yield() }
            }
        }
        return (usher, Hidden(ready: ready, window: window))
    }
}
