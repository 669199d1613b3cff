import ArgumentParser
import Foundation
import GStreamer

/// `bench receiver`: a receiver in a process of its own, for another network namespace or to be halted.
struct ReceiverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receiver",
        abstract: "Receives one stream; its parent speaks to it in lines of JSON.",
        discussion: """
            Prints {"offer"}, takes {"answer"} and {"send"} on standard input, prints {"report"} five times a second, \
            and ends with its input.
            """, shouldDisplay: false)

    @Option(help: "A local address to offer.")
    var address = "127.0.0.1"

    @Option(help: "Milliseconds to wait for packets that are sent again.")
    var patience = 0

    func run() async throws {
        StopRequest.noBrokenPipes()
        let output = FileHandle.standardOutput
        do {
            try Runtime.start()
            let receiver = try Receiver(name: "child", codec: .h264)
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await serve(receiver, output)) } catch { outcome = .failure(error) }
            await receiver.stop()
            try outcome.get()
        } catch {
            // The parent may have gone.
            try? output.write(contentsOf: try PeerLine(failure: error.localizedDescription).encoded())
        }
    }

    private func serve(_ receiver: Receiver, _ output: FileHandle) async throws {
        let offer = try await receiver.makeOffer(on: [address], patience: UInt32(max(0, patience)))
        try output.write(contentsOf: try PeerLine(offer: offer).encoded())
        let reporting = Task {
            var (frames, messages) = (0, 0)
            while !Task.isCancelled {
                try await Task.sleep(for: .milliseconds(200))
                let (newFrames, newMessages) = (
                    receiver.meter.log.frames(from: frames), receiver.inbox.messages(from: messages)
                )
                frames = receiver.meter.log.count
                messages += newMessages.count
                let report = ReceiverReport(counts: receiver.meter.counts, frames: newFrames, messages: newMessages)
                try output.write(contentsOf: try PeerLine(report: report).encoded())
            }
        }
        for await text in LineReader.lines(of: 0) {
            guard let line = PeerLine(line: text) else { continue }
            if let answer = line.answer { try await receiver.accept(answer) }
            if let message = line.send { await receiver.send(message) }
        }
        reporting.cancel()
        _ = await reporting.result
    }
}
