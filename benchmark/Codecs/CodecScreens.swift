import Foundation
import GStreamer

/// The screens that are encoded, for the time of a measurement.
enum CodecScreens {
    /// Starts demo guests, lends their displays, and ends them, whatever happens.
    static func guests<R: Sendable>(
        _ count: Int, loco: String, _ body: @Sendable ([CapturedDisplay]) async throws -> R
    ) async throws -> R {
        try await LocoRun.with(LocoSettings(loco: loco, guests: count, viewersMax: 1)) { process, _ in
            let displays = try await process.processes().filter { $0.role == .qemu }.map { _, qemu in
                let sources = try GuestSources(
                    qemu: qemu, directory: process.directory, width: CodecSource.guestSize.width,
                    height: CodecSource.guestSize.height)
                return CapturedDisplay(name: sources.display, xauthority: sources.xauthority, isScalable: true)
            }
            guard displays.count == count else { throw BenchError.noProcess(.qemu) }
            return try await body(displays)
        }
    }

    /// Starts X servers with something drawn on each, lends the displays, and ends all, whatever happens.
    ///
    /// - Parameter draw: the words of this program's subcommand that draws on a display.
    static func drawn<R: Sendable>(
        _ count: Int, width: Int, height: Int, by draw: (_ display: String) -> [String],
        _ body: @Sendable ([CapturedDisplay]) async throws -> R
    ) async throws -> R {
        let own = try ChildProcess.own()
        var (servers, painters): ([ChildProcess], [ChildProcess]) = ([], [])
        let outcome: Result<R, any Error>
        do {
            var displays: [CapturedDisplay] = []
            for _ in 0..<count {
                let server = VirtualScreen(width: width, height: height)
                servers.append(server.process)
                let display = try await server.start()
                let painter = ChildProcess("what draws on \(display)", [own] + draw(display), input: Pipe())
                painters.append(painter)
                try painter.start()
                displays.append(CapturedDisplay(name: display))
            }
            outcome = .success(try await body(displays))
        } catch { outcome = .failure(error) }
        // What draws ends before its server does.
        for painter in painters { await painter.stop(patience: .milliseconds(500)) }
        for server in servers { await server.stop() }
        return try outcome.get()
    }
}
