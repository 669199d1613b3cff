import Foundation
import GStreamer

/// Does the steps of one run on a fleet, while a watch looks every second whether all is well.
actor StressRunner {
    let trace: StressTrace
    let fleet: StressFleet
    let namespace: NetworkNamespace?
    let limits: VerdictLimits
    let reader: FleetReader
    var leaks = LeakRule()
    /// The viewer behind the slow link, while there is one.
    var remote: RemoteViewer?
    private let isVerbose: Bool
    private var judge: Judge
    private(set) var clients: [Int: StressClient] = [:]
    private var running: [Task<Void, Never>] = []
    private var states: [RawState] = []
    private var found: [Verdict] = []
    private var step = 0
    private var stepBegan = 0.0
    /// The newest reading, and how many there were.
    private(set) var newest: FleetReading?
    private(set) var looks = 0

    /// Seconds of states that are kept for a failure's folder.
    private static let memory = 40

    init(_ trace: StressTrace, _ fleet: StressFleet, namespace: NetworkNamespace?, isVerbose: Bool) {
        self.trace = trace
        self.fleet = fleet
        self.namespace = namespace
        self.isVerbose = isVerbose
        limits = VerdictLimits(scale: trace.head.options.timeScale, isLong: trace.head.scenario == .soak)
        judge = Judge(limits)
        reader = FleetReader(fleet)
    }

    nonisolated static var now: Double { Double(Runtime.now()) / 1e9 }

    var hasFailed: Bool { !found.isEmpty }

    /// Runs it all.
    func run() async throws -> StressResult {
        let began = Self.now
        let watch = Task { await self.watch() }
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await perform()) } catch { outcome = .failure(error) }
        watch.cancel()
        await watch.value
        var failure: StressFailure?
        if case .success = outcome, hasFailed { failure = await describe(since: began) }
        let readings = await clientReadings()
        // In a task of its own: they must leave also when the run is cut short.
        await Task {
            await self.remote?.leave()
            for client in self.clients.values { await client.finish() }
            for task in self.running { await task.value }
        }.value
        try outcome.get()
        let seconds = Self.now - began
        return StressResult(
            trace: trace, seconds: seconds, begun: readings.map(\.begun).reduce(0, +),
            played: readings.map { $0.played + ($0.frames > 0 ? 1 : 0) }.reduce(0, +), failure: failure)
    }

    private func perform() async throws {
        // A sequence that was made shorter ends as every other.
        let steps = trace.steps.last == .quiet ? trace.steps : trace.steps + [.quiet]
        for (index, one) in steps.enumerated() {
            guard !hasFailed else { return }
            (step, stepBegan) = (index, Self.now)
            if isVerbose { ProgressLine.show("step \(index + 1) of \(steps.count): \(one)") }
            try await perform(one)
        }
    }

    // MARK: Watching

    private func watch() async {
        while !Task.isCancelled {
            await look()
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// Reads everybody and lets the rules judge.
    private func look() async {
        let (reading, raw) = await reader.read(clients.sorted { $0.key < $1.key }.map(\.value))
        states = states.suffix(Self.memory - 1) + [raw]
        (newest, looks) = (reading, looks + 1)
        note(judge.look(reading))
        for ending in await fleet.takeEndings() {
            note([
                Verdict(
                    kind: .unexpectedEnd, subject: String(ending.prefix { $0 != " " }), value: 1, limit: 0,
                    unit: "ends",
                    detail: ending)
            ])
        }
        await judgeErrors(reading.clients, guests: reading.disturbedGuests, hub: reading.isHubDisturbed)
    }

    /// Judges what clients were told since the last time, by what was disturbed then.
    private func judgeErrors(_ readings: [ClientReading], guests: Set<Int>, hub: Bool) async {
        for client in readings {
            guard let one = clients[client.client] else { continue }
            let isDisturbed = hub || client.wish.map { guests.contains($0.guest) } ?? true
            note(
                await one.takeErrors().compactMap { error in
                    ClientErrorRule.judge(
                        error, client: "client \(client.client)", wish: client.wish, isDisturbed: isDisturbed)
                })
        }
    }

    /// Everybody plays: what goes wrong from now on is no consequence of a kill.
    func calm(_ readings: [ClientReading]) async {
        let (guests, hub) = await fleet.disturbed()
        // Not to be judged later, as if nothing had been done.
        await judgeErrors(readings, guests: guests, hub: hub)
        await fleet.calm()
        for client in clients.values { await client.expectTrouble(seconds: 0) }
    }

    /// Notes what is wrong; the first of it ends the run.
    func note(_ verdicts: [Verdict]) {
        // What else the same reading shows belongs to it, what comes later follows from it.
        if found.count < 16 { found += verdicts }
    }

    private func describe(since began: Double) async -> StressFailure {
        let before = states.last { $0.time <= stepBegan } ?? states.first
        let (_, raw) = await reader.read(clients.sorted { $0.key < $1.key }.map(\.value))
        var graphs: [String: String] = [:]
        for (number, client) in clients { graphs["client-\(number).dot"] = await client.graph() }
        let steps = trace.steps
        return StressFailure(
            step: step, operation: steps.indices.contains(step) ? steps[step].operation : "quiet",
            seconds: stepBegan - began, verdicts: found, before: before?.files ?? [:],
            after: raw.files.merging(await reader.reports()) { $1 }, graphs: graphs)
    }

    // MARK: Clients

    /// The client of that number, from its first use on.
    func client(_ number: Int) -> StressClient {
        if let known = clients[number] { return known }
        let client = StressClient(number, hub: fleet.hub)
        clients[number] = client
        running.append(Task { await client.run() })
        return client
    }

    func clientReadings() async -> [ClientReading] {
        var readings: [ClientReading] = []
        for (_, client) in clients.sorted(by: { $0.key < $1.key }) { readings.append(await client.reading()) }
        return readings
    }

    /// Waits until all clients have done what they were told, or the run has failed.
    func clientsAreIdle(until deadline: Double) async throws {
        for client in clients.values {
            while await !client.isIdle, !hasFailed, Self.now < deadline { try await Task.sleep(for: .milliseconds(20)) }
        }
    }

    /// Sleeps, but no longer than until the run has failed.
    func pause(_ milliseconds: Int) async throws {
        let end = Self.now + Double(milliseconds) / 1000
        while !hasFailed, Self.now < end {
            try await Task.sleep(for: .milliseconds(min(100, max(1, Int((end - Self.now) * 1000)))))
        }
    }
}
