import ArgumentParser
import Foundation
import GStreamer

/// `bench decode`: decodes one guest's stream in a process of its own, as a viewer's machine would.
struct DecodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode", abstract: "Decodes what 'bench encode' writes; 'bench codecs' starts it.",
        discussion:
            "Prints lines of JSON: {\"isReady\"}, {\"cost\"}, {\"quality\"} and {\"failure\"}; ends with its input.",
        shouldDisplay: false)

    @Option(help: "What encodes.")
    var encoder: CodecEncoder

    func run() async throws {
        StopRequest.noBrokenPipes()
        let output = FileHandle.standardOutput
        do {
            try Runtime.start()
            let worker = try await DecodeWorker(encoder)
            let outcome: Result<Void, any Error>
            do {
                try await worker.run { try output.write(contentsOf: try $0.encoded()) }
                outcome = .success(())
            } catch { outcome = .failure(error) }
            await worker.stop()
            try outcome.get()
        } catch {
            let text = (error as? BenchError)?.localizedDescription ?? "\(error)"
            // The parent may have gone.
            try? output.write(contentsOf: try CodecLine(failure: text).encoded())
        }
    }
}
