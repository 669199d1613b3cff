import ArgumentParser
import Foundation
import GStreamer

/// `bench content`: made-up screens, in a process of their own so that their cost can be told from all else.
struct ContentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "content", abstract: "Shows made-up screen content on an X display, or saves one frame.",
        discussion: """
            Prints a line of JSON with the time of the first frame (nanoseconds of CLOCK_MONOTONIC) once that is shown, \
            and one with what became of the frames at the end, which comes with that of standard input, SIGTERM or \
            --seconds.
            """, shouldDisplay: false)

    @Option(help: "What to show: \(ContentKind.allCases.map(\.rawValue).joined(separator: ", ")).")
    var kind: ContentKind

    @Option(help: "Pixels: 64 to 8192.")
    var width = 640

    @Option(help: "Pixels: 64 to 8192.")
    var height = 480

    @Option(help: "Frames per second: 1 to 240.")
    var fps = 30

    @Option(help: "The X display, such as ':7'.")
    var display: String?

    @Option(help: "End after that many seconds.")
    var seconds: Int?

    @Option(help: "Save one frame to this file instead.")
    var png: String?

    @Option(help: "The frame to save.")
    var frame = 0

    func validate() throws {
        for (name, value, range) in [
            ("--width", width, ScreenFormat.sides), ("--height", height, ScreenFormat.sides),
            ("--fps", fps, ScreenFormat.rates), ("--frame", frame, 0...FrameStrip.limit - 1),
            ("--seconds", seconds ?? 1, 1...86400),
        ] {
            guard range.contains(value) else {
                throw ValidationError("\(name): \(value) is not allowed: \(range.lowerBound) to \(range.upperBound)")
            }
        }
        guard (display == nil) != (png == nil) else { throw ValidationError("give either --display or --png") }
    }

    func run() async throws {
        StopRequest.install()
        let content = kind.content(ScreenFormat(width: width, height: height, framesPerSecond: fps))
        if let png { return try await save(content, to: png) }
        guard let display else { return }
        // Nothing else runs in this process: its thread may be held.
        let output = FileHandle.standardOutput
        let ended = try ContentShow(content: content, display: display, seconds: seconds).run { line in
            try output.write(contentsOf: try line.encoded())
        }
        // The parent may have gone.
        try? output.write(contentsOf: try ended.encoded())
    }

    private func save(_ content: any ScreenContent, to path: String) async throws {
        try Runtime.start()
        var pixels = [UInt8](repeating: 0, count: content.format.frameBytes)
        pixels.withUnsafeMutableBytes { content.draw(frame, into: $0) }
        let bytes = try await PNGPicture.of(pixels, width: width, height: height)
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
            throw BenchError.unwritable(path: path)
        }
    }
}
