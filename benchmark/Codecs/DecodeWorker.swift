import Foundation
import GStreamer

/// One stream's way from the encoded frame to the decoded one.
struct DecodeWorker {
    private let pipeline: Pipeline
    private let source: AppSrc
    private let meter = DecodeMeter()
    private let failure = FirstFailure()
    private let name: String

    /// How long after a window its frames may take to be decoded.
    private static let grace = Duration.seconds(1)

    init(_ encoder: CodecEncoder) async throws {
        let meter = meter
        let decoder = try CodecDecoder.of(encoder.codec)
        name = decoder.element
        source = try AppSrc()
        let sink = try AppSink(caps: Caps("video/x-raw", ["format": "I420"])) { meter.decoded($0) }
        pipeline = try Pipeline("decode")
        try await pipeline.chain([source, try decoder.make(), try Element("videoconvert"), sink])
    }

    /// Decodes what comes on standard input, until its end.
    ///
    /// - Parameter tell: gets what the encoding side tells, with this side's part added.
    func run(_ tell: (CodecLine) throws -> Void) async throws {
        try await pipeline.play()
        let watch = Task { [pipeline, failure] in
            for await case .error(let source, let text, _) in pipeline.messages { failure.note("\(source): \(text)") }
        }
        let outcome: Result<Void, any Error>
        do {
            for await line in records() { try tell(try await answer(line)) }
            outcome = .success(())
        } catch { outcome = .failure(error) }
        await pipeline.stop()
        await watch.value
        try outcome.get()
    }

    func stop() async { await pipeline.stop() }

    /// Feeds the decoder on a thread of its own.
    ///
    /// - Returns: the lines among the records.
    private func records() -> AsyncStream<CodecLine> {
        let (lines, continuation) = AsyncStream.makeStream(of: CodecLine.self, bufferingPolicy: .bufferingOldest(64))
        let thread = Thread { [source, meter, failure] in
            while let record = UnitRecord(from: 0) {
                switch record.kind {
                case .caps:
                    do {
                        try source.set("caps", .string(String(decoding: record.payload, as: UTF8.self)))
                    } catch { failure.note("\(error)") }
                case .unit: source.push(record.payload, timestamp: record.stamp)
                case .luma: if let luma = record.luma { meter.expect(luma, of: record.stamp) }
                case .line: if let line = CodecLine(json: Data(record.payload)) { continuation.yield(line) }
                }
            }
            continuation.finish()
        }
        thread.start()
        return lines
    }

    private func answer(_ line: CodecLine) async throws -> CodecLine {
        if line.isReady == true {
            guard try await wait(for: .seconds(10), until: { meter.hasDecoded }) else {
                throw BenchError.childFailed(what: name, reason: "nothing was decoded within 10 s")
            }
        }
        if let cost = line.cost {
            _ = try await wait(for: Self.grace) { meter.count(cost.start..<cost.end) >= cost.frames }
            return CodecLine(cost: meter.complete(cost))
        }
        if line.quality != nil {
            _ = try await wait(for: Self.grace) { !meter.isExpecting }
            return CodecLine(quality: meter.compare())
        }
        return line
    }

    /// - Returns: whether the condition held within that time.
    private func wait(for limit: Duration, until condition: () -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while !condition() {
            try failure.check(name)
            guard ContinuousClock.now < deadline else { return false }
            try await Task.sleep(for: .milliseconds(5))
        }
        return true
    }
}
