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
        let settings = RolesSettings(
            guests: guests, viewersPerGuest: viewersPerGuest, seconds: seconds, settleSeconds: settle, codec: codec,
            loco: try Measurement.program(loco), csv: csv)
        try await Measurement.run { try await RolesBenchmark(settings).run() }
    }

    private static func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws {
        guard range.contains(value) else {
            throw ValidationError("\(name): \(value) is not allowed: \(range.lowerBound) to \(range.upperBound)")
        }
    }
}
