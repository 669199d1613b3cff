import ArgumentParser
import Foundation
import GStreamer

/// `bench play`: shows a film on a display, again and again, at its own pace.
struct PlayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "play", abstract: "Shows a film on a display; 'bench codecs' starts it.",
        discussion: "Ends with its input.", shouldDisplay: false)

    @Option(help: "The film's path.")
    var file: String

    @Option(help: "The X display.")
    var display: String

    @Option(help: "The window's width.")
    var width: Int32

    @Option(help: "The window's height.")
    var height: Int32

    func run() async throws {
        try Runtime.start()
        let film = Task { [file, display, width, height] in
            let window = try await FilmWindow(display: display, width: width, height: height)
            let outcome: Result<Void, any Error>
            do {
                while true {
                    try Task.checkCancellation()
                    try await window.play(file)
                }
            } catch { outcome = .failure(error) }
            await window.stop()
            try outcome.get()
        }
        let input = Task {
            for await _ in LineReader.lines(of: 0) {}
            film.cancel()
        }
        let outcome = await film.result
        input.cancel()
        do { try outcome.get() } catch is CancellationError {}
    }
}
