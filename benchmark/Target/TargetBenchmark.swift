import Foundation
import GStreamer

/// One run of `bench codecs --target`.
struct TargetBenchmark: Sendable {
    private let settings: TargetSettings

    init(_ settings: TargetSettings) { self.settings = settings }

    /// Measures, appends rows and prints them. The fleet has as many guests afterwards as it had before.
    ///
    /// - Returns: also what could not be measured: that is no reason to stop.
    func run() async throws -> CodecsOutcome {
        try Runtime.start()
        let target = FleetTarget(hub: settings.hub)
        let version = try await target.version()
        let address = try LocalAddress.towards(settings.host, port: settings.hub.port)
        let original = try await target.count()
        let table = try CodecTable(appendingTo: settings.output)
        let outcome: Result<CodecsOutcome, any Error>
        do { outcome = .success(try await measure(target, version, address, table)) } catch {
            outcome = .failure(error)
        }
        // In a task of its own: it must not be left out when the measurement is cut short.
        await Task { await restore(target, to: original) }.value
        let measured = try outcome.get()
        print(CodecSummary(rows: measured.rows).text)
        return measured
    }

    private func measure(
        _ target: FleetTarget, _ version: String, _ address: String, _ table: CodecTable
    ) async throws -> CodecsOutcome {
        var (table, outcome) = (table, CodecsOutcome())
        let bar = ProgressBar(count: settings.replicas.count * settings.codecs.count)
        defer { bar.end() }
        var done = 0
        for replicas in settings.replicas {
            let missing = settings.codecs.filter { codec in
                guard let row = known(replicas, codec, version, in: table) else { return true }
                outcome.rows.append(row)
                return false
            }
            done += settings.codecs.count - missing.count
            guard !missing.isEmpty else { continue }
            bar.show(done, "\(replicas) guests")
            let (ids, reason) = try await target.bring(to: replicas)
            guard let ids else {
                outcome.skips.append(.init(what: "\(replicas) guests", reason: reason))
                ProgressLine.show("skipped: \(replicas) guests: \(reason)")
                done += missing.count
                continue
            }
            for codec in missing {
                try Task.checkCancellation()
                let name = "\(codec.rawValue), \(replicas) guests of \(settings.name)"
                bar.show(done, name)
                let measurement = TargetMeasurement(
                    target: target, codec: codec, address: address, windows: settings.windows, rate: settings.rate,
                    machine: settings.name, version: version)
                do {
                    let row = try await measurement.row(of: ids)
                    try table.append(row)
                    outcome.rows.append(row)
                } catch let error as BenchError {
                    try Task.checkCancellation()
                    if case .unwritable = error { throw error }
                    ProgressLine.show("failed: \(name): \(error.localizedDescription)")
                    outcome.failures.append(.init(what: name, reason: error.localizedDescription))
                }
                done += 1
            }
        }
        return outcome
    }

    /// A row of an earlier run that stands for this one, whatever encoded then.
    private func known(_ replicas: Int, _ codec: VideoCodec, _ version: String, in table: CodecTable) -> CodecRow? {
        guard settings.resumes else { return nil }
        return table.rows.last { row in
            row.machine == settings.name && row.version == version && row.subject.source == "fleet"
                && row.subject.replicas == replicas && row.subject.codec == codec.rawValue
                && row.subject.targetFPS == settings.rate
        }
    }

    private func restore(_ target: FleetTarget, to guests: Int) async {
        guard guests > 0, let now = try? await target.count(), now != guests else { return }
        do { try await target.hub.scale(to: guests) } catch {
            ProgressLine.show("the fleet had \(guests) guests and has \(now) now: \(error.localizedDescription)")
        }
    }
}
