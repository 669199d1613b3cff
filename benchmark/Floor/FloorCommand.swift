import ArgumentParser
import Foundation
import GStreamer

/// `bench floor`: the bare pipeline in a process of its own, so that its cost can be told from all else.
struct FloorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "floor", abstract: "Streams a guest without Loco; its parent speaks to it in lines of JSON.",
        discussion: "Takes {\"offer\"} on standard input, prints {\"answer\"}, and ends with its input.",
        shouldDisplay: false)

    @Option(help: "What to capture: JSON of a guest's display and sound server.")
    var sources: String

    @Flag(inversion: .prefixedNo, help: "Whether to stream sound.")
    var sound = true

    func run() async throws {
        StopRequest.noBrokenPipes()
        let output = FileHandle.standardOutput
        do {
            let sources = try JSONDecoder().decode(GuestSources.self, from: Data(sources.utf8))
            try Runtime.start()
            let pipeline = try FloorPipeline()
            let outcome: Result<Void, any Error>
            do {
                for await text in LineReader.lines(of: 0) {
                    guard let offer = PeerLine(line: text)?.offer else { continue }
                    let answer = try await pipeline.answer(offer, sources, withSound: sound)
                    try output.write(contentsOf: try PeerLine(answer: answer).encoded())
                }
                outcome = .success(())
            } catch { outcome = .failure(error) }
            await pipeline.stop()
            try outcome.get()
        } catch {
            // The parent may have gone.
            try? output.write(contentsOf: try PeerLine(failure: "\(error)").encoded())
        }
    }
}
