import ArgumentParser
import Foundation

/// `bench roles`.
struct RolesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roles",
        abstract: "Measures what each role costs, unwatched and watched, and how fast viewers get a picture.",
        discussion: """
            Starts `loco up` on a free loopback port with a folder of its own, measures without a viewer, joins \
            viewers that receive and decode nothing, measures again, and stops it all. CPU and memory come from /proc, \
            times and rates from the packets; '-' stands for what was not measured.
            """)

    @Option(help: "How many guests: 1 to 64.")
    var guests = 3

    @Option(help: "Viewers of each guest: 1 to 64.")
    var viewersPerGuest = 1

    @Option(help: "Seconds of each measured phase: 2 to 3600.")
    var seconds = 15

    @Option(help: "Seconds to wait before each measured phase: 0 to 600.")
    var settle = 5

    @Option(help: "The video codec that viewers offer.")
    var codec = VideoCodec.h264

    @Option(help: "The loco program.")
    var loco = ".build/release/loco"

    @Option(help: "A CSV file to append the figures to.")
    var csv: String?

    func validate() throws {
        try Self.check("--guests", guests, 1...64)
        try Self.check("--viewers-per-guest", viewersPerGuest, 1...64)
        try Self.check("--seconds", seconds, 2...3600)
        try Self.check("--settle", settle, 0...600)
    }

    func run() async throws {
        // The HTTP client would send even requests to this machine through a proxy of the environment.
        setenv("no_proxy", "127.0.0.1", 1)
        guard FileManager.default.isExecutableFile(atPath: loco) else { throw BenchError.missingProgram(loco) }
        StopRequest.install()
        let settings = RolesSettings(
            guests: guests, viewersPerGuest: viewersPerGuest, seconds: seconds, settleSeconds: settle, codec: codec,
            loco: URL(fileURLWithPath: loco).path, csv: csv)
        let work = Task { try await RolesBenchmark(settings).run() }
        let watcher = Task {
            while !StopRequest.isRaised { try await Task.sleep(for: .milliseconds(100)) }
            work.cancel()
        }
        let result = await work.result
        watcher.cancel()
        _ = await watcher.result
        // Whatever failed after that failed because of it.
        if StopRequest.isRaised { throw ExitCode(130) }
        try result.get()
    }

    private static func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws {
        guard range.contains(value) else {
            throw ValidationError("\(name): \(value) is not allowed: \(range.lowerBound) to \(range.upperBound)")
        }
    }
}
