import ArgumentParser
import Foundation

/// `bench latency`.
struct LatencyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency",
        abstract:
            "Measures what a node adds between the guest's picture and the wire, and between a key and a picture.",
        discussion: """
            Times end when a frame's last packet has left the receiver's jitter buffer; nothing is decoded or shown, but \
            for the rows that name Chromium: they are what Loco's page in it measures, until a frame is shown. \
            --shaped adds a viewer behind a slow link, in a network namespace made for it.
            """)

    @OptionGroup var options: MeasureOptions

    @Flag(help: "Also measure a viewer behind a link of 500 kbit/s; needs root.")
    var shaped = false

    @Option(help: "What may wait before the slow link, in ms of it: 50 to 5000.")
    var queue = 500

    @Option(help: "The Chromium to measure in; without it, the one in PATH.")
    var browser: String?

    func validate() throws {
        guard (50...5000).contains(queue) else {
            throw ValidationError("--queue: \(queue) is not allowed: 50 to 5000")
        }
    }

    func run() async throws {
        let (shaped, queue) = (shaped, queue)
        let browser = try Browser.program(browser)
        if shaped, getuid() != 0 { throw BenchError.needsRoot("--shaped") }
        try await options.run("latency") { settings in
            var measures: [Measure] = []
            // A short run has time for one of both.
            if !shaped || !settings.isQuick {
                measures += try await LatencyBenchmark(settings: settings, browser: browser).run()
            }
            if shaped { measures += try await ShapedLink(settings, queue: queue).measure() }
            return measures
        }
    }
}
