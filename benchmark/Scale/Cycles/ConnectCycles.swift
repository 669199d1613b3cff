/// Viewers that come and go, a thousand times: node and hub are afterwards what they were before.
struct ConnectCycles: Sendable {
    private static let parallel = 4
    /// What is loaded and pooled once is no leak, and the heap's holes settle after some hundred sessions.
    private static let warmUp = 140
    private let settings: MeasureSettings
    private let count: Int

    init(_ settings: MeasureSettings, count: Int) {
        self.settings = settings
        self.count = count
    }

    private struct Outcome: Sendable {
        var joins: [Double] = []
        var problems: [String] = []
    }

    func measure() async throws -> [Measure] {
        FileLimit.raise()
        return try await LocoRun.with(LocoSettings(loco: settings.loco)) { loco, instances in
            let subject = try await Subject(loco, instances)
            let hub = try await loco.process(.hub).identity.pid
            let warmUp = settings.isQuick ? min(count, Self.warmUp) : Self.warmUp
            ProgressLine.show("\(warmUp) viewers come and go, to warm up")
            _ = try await run(warmUp, subject)
            // The heap is trimmed some seconds after viewers left.
            try await Task.sleep(for: .seconds(9))
            let before = try await CycleReading(subject, hub: hub)
            let start = ContinuousClock.now
            let outcome = try await run(count, subject, told: true)
            let length = (ContinuousClock.now - start) / .seconds(1)
            let after = try await settled(subject, hub: hub, before)
            return measures(before, after, outcome, seconds: length)
        }
    }

    private func run(_ count: Int, _ subject: Subject, told: Bool = false) async throws -> Outcome {
        let (instance, hub) = (subject.instance, subject.loco.hub)
        return try await withThrowingTaskGroup(of: Result<Double?, any Error>.self) { tasks in
            var (next, done, outcome) = (0, 0, Outcome())
            func add() {
                guard next < count else { return }
                let manner = ConnectCycle.Manner(rawValue: next % ConnectCycle.Manner.allCases.count) ?? .watched
                next += 1
                tasks.addTask {
                    do {
                        return .success(try await ConnectCycle(instance: instance, hub: hub, manner: manner).run())
                    } catch { return .failure(error) }
                }
            }
            for _ in 0..<Self.parallel { add() }
            while let result = try await tasks.next() {
                done += 1
                switch result {
                case .success(let join): if let join { outcome.joins.append(join) }
                case .failure(let error): outcome.problems.append(error.localizedDescription)
                }
                try Task.checkCancellation()
                if told, done % 100 == 0 { ProgressLine.show("\(done) of \(count) viewers came and went") }
                add()
            }
            return outcome
        }
    }

    /// Reads until everything is back, or 30 s are over: encoders outlive their viewers by seconds, the heap is trimmed
    /// after that.
    private func settled(_ subject: Subject, hub: Int32, _ before: CycleReading) async throws -> CycleReading {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let now = try await CycleReading(subject, hub: hub)
            if now.isBack(to: before) || ContinuousClock.now >= deadline { return now }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    private func measures(
        _ before: CycleReading, _ after: CycleReading, _ outcome: Outcome, seconds: Double
    ) -> [Measure] {
        let joins = Distribution(outcome.joins)
        let first = outcome.problems.first.map { "; the first: \($0.prefix(200))" } ?? ""
        /// A count that has to be back, give or take.
        func back(_ name: String, _ key: String, _ start: Double?, _ end: Double?, spare: Int = 0) -> Measure {
            Measure(
                name, "cycles_\(key)", "", end, floor: start,
                bar: start.map { .value(atMost: $0 + Double(spare)) },
                note: spare > 0 ? "floor: before; \(spare) more are allowed for pools and requests" : nil, digits: 0)
        }
        return [
            Measure(
                "viewers that came and went", "cycles", "", Double(count),
                note: "\(Self.parallel) at once, in \(Figure.text(seconds, 0)) s; each fourth leaves unconnected, each "
                    + "fourth without a word", digits: 0),
            Measure(
                "  that failed", "cycles_failed", "", Double(outcome.problems.count), bar: .value(atMost: 0),
                note: "floor: before, in the rows below\(first)", digits: 0),
            Measure("  offer to first frame, p50", "cycles_join_p50", "ms", joins.median, digits: 0),
            Measure("  offer to first frame, p95", "cycles_join_p95", "ms", joins.percentile95, digits: 0),
            back("node: sessions left", "sessions", 0, after.sessions),
            back("node: GStreamer objects", "objects", before.objects, after.objects),
            back(
                "node: threads", "threads", Double(before.node.threads), Double(after.node.threads),
                spare: CycleReading.spareThreads),
            back(
                "node: open files", "files", Double(before.node.openFiles), Double(after.node.openFiles),
                spare: CycleReading.spareFiles),
            back("node: ports", "ports", Double(before.node.ports), Double(after.node.ports)),
            Measure(
                "node: RSS", "cycles_rss", "MB", after.node.residentMB, floor: before.node.residentMB,
                bar: .ratio(atMost: 1.1), digits: 1),
            back(
                "hub: threads", "hub_threads", Double(before.hub.threads), Double(after.hub.threads),
                spare: CycleReading.spareThreads),
            back(
                "hub: open files", "hub_files", Double(before.hub.openFiles), Double(after.hub.openFiles),
                spare: CycleReading.spareFiles),
            back("hub: ports", "hub_ports", Double(before.hub.ports), Double(after.hub.ports)),
            Measure(
                "hub: RSS", "cycles_hub_rss", "MB", after.hub.residentMB, floor: before.hub.residentMB,
                bar: .ratio(atMost: 1.1), digits: 1),
        ]
    }
}
