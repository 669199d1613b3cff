import Fleet
import Foundation
import Logging
import Probe

/// Watches one guest: measures it once a second, and at once when something happened; tells whoever reads its events;
/// remembers the newest crashes and recoveries. However many ask, one measurement serves them all.
actor HealthWatch {
    /// What it watches, as functions so that its logic is tested without a guest.
    struct Subject: Sendable {
        /// Measures the instance's health now.
        var measure: @Sendable () async -> HealthReport
        /// The services behind it now.
        var services: @Sendable () async -> [ServiceStatus]
    }

    /// Crashes and recoveries remembered, of each.
    static let memory = 50
    /// Recordings remembered.
    private static let recordingMemory = 20
    /// How often it measures, and how old a report may be that is given out.
    private static let interval = Duration.seconds(1)

    private let id: InstanceID
    private let subject: Subject
    private let mender: (any Mending)?
    private let logger: Logger
    /// Room for all that a new reader is told first: two memories, the viewers and the services.
    private nonisolated let fanout = EventFanout<FleetEvent>(capacity: 512)
    private let ids = EventIDs()
    private var newest: (report: HealthReport, at: ContinuousClock.Instant)?
    private var measuring: Task<HealthReport, Never>?
    private var services: [String: ServiceStatus] = [:]
    private var viewers: [String: ViewerNews] = [:]
    private var crashes: [FleetEvent] = []
    private var recoveries: [FleetEvent] = []
    /// The newest; the hub may have missed how one ended.
    private var recordings: [Recording] = []
    private var isStopped = false
    private var watching: [Task<Void, Never>] = []

    /// What has happened so far, for metrics.
    private(set) var tally = HealthTally()

    init(id: InstanceID, subject: Subject, mender: (any Mending)? = nil, logger: Logger) {
        self.id = id
        self.subject = subject
        self.mender = mender
        self.logger = logger
    }

    /// Begins to measure.
    func begin() {
        guard watching.isEmpty, !isStopped else { return }
        watching.append(
            Task { [weak self] in
                var due = ContinuousClock.now
                while !Task.isCancelled {
                    await self?.look()
                    // A look at a guest that does not answer takes its time; the next one comes when it is due all the same.
                    due = max(due + Self.interval, .now)
                    try? await Task.sleep(until: due)
                }
            })
        if let records = mender?.records {
            watching.append(
                Task { [weak self] in
                    for await record in records { await self?.note(record) }
                })
        }
    }

    /// Ends it, and every reader's stream.
    func stop() async {
        isStopped = true
        await mender?.stop()
        for task in watching { task.cancel() }
        for task in watching { await task.value }
        _ = await measuring?.value
        fanout.finish()
    }

    /// Ends every reader's stream; the watch goes on.
    nonisolated func dismissReaders() { fanout.finish() }

    /// The newest report; measured now where that is older than a second.
    func report() async -> HealthReport {
        if let newest, newest.at + Self.interval > .now { return newest.report }
        return await measure()
    }

    /// The services behind the instance, in dependency order.
    func currentServices() async -> [ServiceStatus] {
        let current = await subject.services()
        current.forEach(note)
        return current
    }

    /// What has been tried to mend it.
    func recoveryStatus() async -> RecoveryStatus { await mender?.status ?? RecoveryStatus(maxAttempts: 0) }

    /// Begins an attempt to mend it because somebody asks.
    ///
    /// - Throws: why none begins.
    func recover(force: Bool, strategy: RecoveryStrategy?) async throws -> RecoveryRecord {
        guard let mender else {
            throw APIError(.serviceUnavailable, "no-recovery", "this node mends nothing; restart a service instead")
        }
        // The decision is made on what is so now.
        await mender.note(await measure())
        return try await mender.recover(force: force, strategy: strategy)
    }

    /// A new reader: it is told the current state first, then what happens.
    func events() async -> AsyncStream<FleetEvent> {
        let report = await report()
        _ = await currentServices()
        // From here on nothing waits: what is told first and what comes after it fit together.
        let state: [FleetEvent.Kind] =
            [.health(report)] + services.values.sorted { $0.name < $1.name }.map { .service($0) }
        let present: [FleetEvent.Kind] = viewers.values.sorted { $0.id < $1.id }.map { .viewer($0) }
        let first =
            state.map(event) + crashes + recoveries + present.map(event) + recordings.map { event(.recording($0)) }
        return fanout.subscribe(after: first)
    }

    // MARK: What happens

    /// Takes what the guest tells.
    func note(_ event: GuestEvent) async {
        switch event {
        case .service(let status):
            note(status)
            await look()
        case .crashed(let crash):
            tally.crashed(crash)
            remember(publish(.crash(crash)), in: &crashes)
            // A sound server that is started again is no remedy by itself: QEMU does not find it. The reports that follow
            // say so, and the attempt that mends it is made for them.
            if crash.service != "pulse" { await mender?.processEnded(crash) }
            await look()
        case .displayLost, .soundLost: await look()
        case .displayReady, .soundReady, .qmp: break
        }
    }

    /// A viewer came or went.
    func note(_ news: ViewerNews) {
        viewers[news.id] = news.phase == .left ? nil : news
        publish(.viewer(news))
    }

    /// A recording began or ended.
    func note(_ recording: Recording) {
        recordings.removeAll { $0.id == recording.id }
        recordings = (recordings + [recording]).suffix(Self.recordingMemory)
        publish(.recording(recording))
    }

    private func note(_ status: ServiceStatus) {
        guard services[status.name] != status else { return }
        services[status.name] = status
        publish(.service(status))
    }

    private func note(_ record: RecoveryRecord) {
        tally.recovery(record)
        remember(publish(.recovery(record)), in: &recoveries)
    }

    private func remember(_ event: FleetEvent, in memory: inout [FleetEvent]) {
        memory.append(event)
        if memory.count > Self.memory { memory.removeFirst(memory.count - Self.memory) }
    }

    private func look() async {
        // One that is under way may have begun before what is looked at now.
        _ = await measuring?.value
        _ = await measure()
        _ = await currentServices()
    }

    /// Measures, or waits for the measurement that is under way.
    private func measure() async -> HealthReport {
        if let measuring { return await measuring.value }
        let task = Task { [subject] in
            let report = await subject.measure()
            await self.took(report)
            return report
        }
        measuring = task
        return await task.value
    }

    private func took(_ measured: HealthReport) async {
        var report = measured
        report.recovery = await mender?.status.summary
        measuring = nil
        let before = newest?.report
        newest = (report, .now)
        if before?.overallStatus != report.overallStatus || before?.failureType != report.failureType {
            logger.log(
                level: report.overallStatus == .healthy ? .info : .warning, "health",
                metadata: [
                    "status": "\(report.overallStatus.rawValue)", "failure": "\(report.failureType.rawValue)",
                    "errors": "\(report.errors.joined(separator: "; "))",
                ])
        }
        publish(.health(report))
        await mender?.note(report)
    }

    @discardableResult
    private func publish(_ kind: FleetEvent.Kind) -> FleetEvent {
        let event = event(kind)
        fanout.send(event)
        return event
    }

    private func event(_ kind: FleetEvent.Kind) -> FleetEvent {
        FleetEvent(id: ids.next(), instance: id, kind: kind)
    }
}
