import Foundation

/// Measures one combination: all its guests at the same time.
struct CodecMeasurement: Sendable {
    let encoder: CodecEncoder
    let subject: CodecRow.Subject
    /// kbit/s.
    let bitrate: Int
    let windows: CodecWindows
    let machine: String
    let version: String

    /// Measures the first displays, as many as there are replicas.
    ///
    /// - Throws: `BenchError.childFailed` where a guest's worker fails, or encodes nothing.
    func row(of displays: [CapturedDisplay]) async throws -> CodecRow {
        let started = Date()
        let workers = try displays.prefix(subject.replicas).map {
            try CodecWorker(encoder, subject, bitrate: bitrate, of: $0)
        }
        let outcome: Result<CodecRow, any Error>
        do {
            for worker in workers { try worker.start() }
            // Many start side by side on few cores.
            let patience = Duration.seconds(20 + 3 * subject.replicas)
            for worker in workers { _ = try await worker.take(\.isReady, within: patience) }
            try await Task.sleep(for: windows.settle)
            let costs = try await answers(
                of: workers, to: CodecLine(measure: windows.cost / .seconds(1)), \.cost, window: windows.cost)
            let qualities = try await answers(
                of: workers, to: CodecLine(compare: windows.quality / .seconds(1)), \.quality, window: windows.quality)
            outcome = .success(try row(costs, qualities.flatMap { $0 }, started))
        } catch { outcome = .failure(error) }
        await withTaskGroup(of: Void.self) { group in
            for worker in workers { group.addTask { await worker.stop() } }
        }
        return try outcome.get()
    }

    private func answers<R: Sendable>(
        of workers: [CodecWorker], to question: CodecLine, _ field: KeyPath<CodecLine, R?>, window: Duration
    ) async throws -> [R] {
        for worker in workers { try worker.tell(question) }
        var answers: [R] = []
        for worker in workers { answers.append(try await worker.take(field, within: window + .seconds(20))) }
        return answers
    }

    /// The figures of all guests as those of one row.
    func row(_ costs: [EncodingCost], _ qualities: [PictureQuality], _ started: Date) throws -> CodecRow {
        guard costs.allSatisfy({ $0.frames > 0 && $0.end > $0.start }) else {
            throw BenchError.childFailed(what: encoder.element, reason: "it encoded nothing in \(windows.cost)")
        }
        let count = Double(costs.count)
        func mean(_ figure: (EncodingCost) -> Double) -> Double { costs.map(figure).reduce(0, +) / count }
        let encode = Distribution(costs.flatMap(\.encodeTimes))
        let glass = Distribution(costs.flatMap(\.glassTimes))
        let quality = PictureQuality(mean: qualities)
        return CodecRow(
            subject: subject, fps: costs.map { Double($0.frames) / $0.seconds }.min(),
            bitrate: mean { Double($0.bytes) * 8 / 1000 / $0.seconds }, cpuPercentPerGuest: mean(\.cpuPercent),
            rssMegabytesPerGuest: mean(\.residentMB), encodeP50: encode.median, encodeP95: encode.percentile95,
            glassP50: glass.median, glassP95: glass.percentile95, psnrY: quality?.psnr, ssim: quality?.ssim,
            droppedFrames: costs.map { $0.unencoded + $0.undecoded }.reduce(0, +), machine: machine,
            version: version, startedAt: started)
    }
}
