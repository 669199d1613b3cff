import Foundation
import Synchronization

/// One guest of a measurement: a process that captures and encodes it, and one that decodes its stream.
final class CodecWorker: Sendable {
    private let encoding: ChildProcess
    private let decoding: ChildProcess
    private let input: FileHandle
    private let lines: FileHandle
    private let received = Mutex<(lines: [CodecLine], failure: String?)>(([], nil))
    private let reading = Mutex<Task<Void, Never>?>(nil)
    private let name: String

    /// - Parameter bitrate: kbit/s.
    init(_ encoder: CodecEncoder, _ subject: CodecRow.Subject, bitrate: Int, of display: CapturedDisplay) throws {
        let own = try ChildProcess.own()
        let (input, units, output) = (Pipe(), Pipe(), Pipe())
        let size = ["--width", "\(subject.width)", "--height", "\(subject.height)"]
        encoding = ChildProcess(
            "the encoding worker",
            [own, "encode", "--display", display.name, "--encoder", encoder.rawValue, "--rate", "\(subject.targetFPS)"]
                + ["--bitrate", "\(bitrate)"] + size + (display.isScalable ? ["--resize"] : []),
            environment: display.xauthority.map { ["XAUTHORITY": $0] } ?? [:], input: input, output: units)
        decoding = ChildProcess(
            "the decoding worker", [own, "decode", "--encoder", encoder.rawValue], input: units, output: output)
        self.input = input.fileHandleForWriting
        lines = output.fileHandleForReading
        name = "\(encoder.element) on \(display.name)"
    }

    /// Starts both.
    func start() throws {
        try encoding.start()
        try decoding.start()
        let lines = LineReader.lines(of: lines.fileDescriptor)
        reading.withLock { reading in
            reading = Task { [self] in
                for await text in lines {
                    guard let line = CodecLine(line: text) else { continue }
                    received.withLock { received in
                        received.lines.append(line)
                        received.failure = received.failure ?? line.failure
                    }
                }
            }
        }
    }

    func tell(_ line: CodecLine) throws {
        do { try input.write(contentsOf: try line.encoded()) } catch { throw failed("it has ended") }
    }

    /// Waits for what a line holds, and takes it.
    func take<R: Sendable>(_ field: KeyPath<CodecLine, R?>, within limit: Duration) async throws -> R {
        let deadline = ContinuousClock.now + limit
        var ended: ContinuousClock.Instant?
        while true {
            let (found, failure) = received.withLock { received -> (R?, String?) in
                let index = received.lines.firstIndex { $0[keyPath: field] != nil }
                return (index.flatMap { received.lines.remove(at: $0)[keyPath: field] }, received.failure)
            }
            if let found { return found }
            if failure != nil { throw failed("") }
            if !encoding.isRunning || !decoding.isRunning {
                // What it said last may still be on its way.
                ended = ended ?? .now
                if let ended, ContinuousClock.now > ended + .milliseconds(500) { throw failed("it has ended") }
            }
            guard ContinuousClock.now < deadline else { throw failed("it says nothing for \(limit)") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Ends both. Ignores cancellation.
    func stop() async {
        await encoding.stop(patience: .seconds(1))
        await decoding.stop(patience: .seconds(1))
        await reading.withLock { $0 }?.value
    }

    private func failed(_ reason: String) -> BenchError {
        .childFailed(what: name, reason: received.withLock { $0.failure } ?? reason)
    }
}
