import ArgumentParser
import Foundation

/// `bench codecs`.
struct CodecsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codecs",
        abstract: "Measures every codec at several sizes, rates and numbers of guests.",
        discussion: """
            Captures real guests (or synthetic content, or a film) with Loco's own capture and encodes them with its \
            own encoder settings, a process per guest; another process decodes each stream. A row is added to the file \
            as soon as a combination is measured. What is not installed is left out, and said so.
            """)

    @Option(help: "How many guests are encoded side by side, such as 1,3,9.")
    var replicas: String?

    @Option(help: "Which encoders: any of \(CodecEncoder.words.joined(separator: ", ")).")
    var codecs = CodecEncoder.usual

    @Option(
        help: "Sizes of the picture, such as 640x480,1024x768. QEMU scales a guest's picture to another than its own.")
    var sizes: String?

    @Option(help: "Frames per second at most, such as 15,25,30,60.")
    var rates: String?

    @Option(help: "What is on the screens: guest, \(CodecSource.kinds.joined(separator: ", ")) or a film's path.")
    var source = "guest"

    @Option(help: "Seconds that each combination is measured for: 1 to 600.")
    var seconds: Int?

    @Flag(help: "A short run of few combinations: less than two minutes.")
    var quick = false

    @Option(help: "The CSV file to append rows to.")
    var output = "results.csv"

    @Flag(help: "Leave out combinations that the file holds already, for this machine and version.")
    var resume = false

    @Option(help: "The loco program.")
    var loco = ".build/release/loco"

    func validate() throws { _ = try CodecsSettings(self) }

    func run() async throws {
        let settings = try CodecsSettings(self)
        let loco = try Measurement.program(loco)
        try await Measurement.run {
            let outcome = try await CodecsBenchmark(settings, loco: loco).run()
            try outcome.require()
        }
    }
}
