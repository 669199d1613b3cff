import Foundation

extension Job {
    /// How it is.
    var status: JobStatus {
        var status = JobStatus(ledger.spec, state: phase)
        status.pid = phase.isLive ? record?.process?.pid : nil
        (status.startedAt, status.endedAt) = (record?.startedAt, phase.isLive ? nil : endedAt)
        if phase.isLive {
            status.cpuPercent = meter.cpuPercent.map { ($0 * 10).rounded() / 10 }
            status.memoryMB = meter.residentBytes.map { (Double($0) / 1_048_576 * 10).rounded() / 10 }
            status.isHung = meter.isHung
        } else {
            (status.exitCode, status.signal) = (record?.exit?.exitCode, record?.exit?.signal)
            status.endedBy = ledger.endedBy
        }
        status.error = problem
        status.isKeptUp = isKeptUp
        status.restarts = ledger.restarts
        status.nextStart = nextStart?.date
        status.lastCrash = ledger.lastCrash
        if let seat = ledger.spec.seat {
            let directory = try? runDirectory.instance(seat.instance)
            let listening = directory.flatMap { (try? NodeRecord.living(in: $0)) ?? nil }
            // Not that of another node, which still ends.
            let own = phase == .running && listening?.pid == record?.process?.pid ? listening : nil
            status.node = .init(
                instance: seat.instance, number: seat.number, port: .init(wrappedValue: own?.port),
                ready: own?.isReady ?? false)
        }
        return status
    }

    /// How it is, and what it costs.
    var figures: JobFigures {
        JobFigures(
            status: status, cpuPercent: isLive ? meter.cpuPercent : nil,
            residentBytes: isLive ? meter.residentBytes : nil)
    }

    /// The file of its log.
    var logPath: String { folder.log(of: ledger.spec) }

    /// What a command that was waited for wrote, and whether that is all.
    func captured() -> (output: Data, errors: Data, isTruncated: Bool) {
        (
            FileManager.default.contents(atPath: folder.output) ?? Data(),
            FileManager.default.contents(atPath: folder.errors) ?? Data(), record?.isTruncated ?? false
        )
    }
}
