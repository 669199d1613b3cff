import ArgumentParser
import Foundation
import GStreamer

/// `bench encode`: captures and encodes one guest in a process of its own, so that its cost is what a guest costs.
struct EncodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode", abstract: "Captures and encodes a display; 'bench codecs' starts it.",
        discussion: """
            Writes the encoded stream to standard output for 'bench decode', takes {"measure": SECONDS} and \
            {"compare": SECONDS} on standard input, and ends with its input.
            """, shouldDisplay: false)

    @Option(help: "The X display.")
    var display: String

    @Option(help: "What encodes.")
    var encoder: CodecEncoder

    @Option(help: "The picture's width.")
    var width: Int

    @Option(help: "The picture's height.")
    var height: Int

    @Option(help: "Frames per second at most.")
    var rate: Int

    @Option(help: "kbit/s.")
    var bitrate: Int

    @Flag(help: "Give the window that size where it has another.")
    var resize = false

    func run() async throws {
        StopRequest.noBrokenPipes()
        // What a library prints would end up in the stream.
        let output = dup(1)
        dup2(2, 1)
        defer { close(output) }
        let meter = EncodeMeter()
        let writer = UnitWriter(descriptor: output) { meter.encoded($0, bytes: $1) }
        do {
            try Runtime.start()
            try await GuestWindow.settle(width: width, height: height, on: display, resizes: resize)
            let worker = try await EncodeWorker(
                encoder, display: display, width: width, height: height, rate: rate, bitrate: bitrate, meter: meter,
                writer: writer)
            let outcome: Result<Void, any Error>
            do {
                try await worker.start()
                for await text in LineReader.lines(of: 0) {
                    guard let line = CodecLine(line: text) else { continue }
                    if let seconds = line.measure { try await worker.measure(seconds: seconds) }
                    if let seconds = line.compare { try await worker.compare(seconds: seconds) }
                }
                outcome = .success(())
            } catch { outcome = .failure(error) }
            await worker.stop()
            try outcome.get()
        } catch { writer.put(try UnitRecord(CodecLine(failure: "\(Self.text(error))"))) }
        await writer.finish()
    }

    private static func text(_ error: any Error) -> String {
        (error as? BenchError)?.localizedDescription ?? "\(error)"
    }
}

extension CodecEncoder: ExpressibleByArgument {}
