import Fleet
import Foundation
import Logging
import NIOCore
import ServiceLifecycle

/// Tells every node what the active set means for its guest: when the set changes, when a node comes or moves, and when a
/// node says that it knows of something else, as one that started anew. Each node has its own line, so that one that hangs
/// holds up no other; of what a line could not tell yet only the newest counts.
actor FocusDelivery: Service {
    /// Times.
    struct Limits: Sendable {
        /// For one node's answer. It asks QEMU, at most twice.
        var deadline = Duration.seconds(5)
        /// Before the second attempt and between the last ones.
        var waits = (first: Duration.milliseconds(250), last: Duration.seconds(1))
        /// Between looks at what nodes say they know.
        var review = Duration.milliseconds(500)
        /// From telling a node to a report of its that cannot be older.
        var settling = Duration.milliseconds(1500)
    }

    private struct Line {
        let instance: Instance
        let number: Int
        let bell: AsyncStream<Void>.Continuation
        let task: Task<Void, Never>
        /// What the node has taken, and when.
        var told: (wish: FocusWish, at: ContinuousClock.Instant)?
        var fails = false
        /// The node has no such thing as a focus.
        var isDeaf = false
    }

    private let set: ActiveSet
    private let discovery: InstanceDiscovery
    private let watch: NodeWatch
    private let client: NodeClient
    private let settings: LocoConfiguration.Active
    private let limits: Limits
    private let logger: Logger
    private var active: [InstanceID] = []
    private var known: Set<InstanceID> = []
    private var lines: [InstanceID: Line] = [:]
    private var number = 0

    init(
        set: ActiveSet, discovery: InstanceDiscovery, watch: NodeWatch, client: NodeClient,
        settings: LocoConfiguration.Active, limits: Limits = Limits(), logger: Logger
    ) {
        self.set = set
        self.discovery = discovery
        self.watch = watch
        self.client = client
        self.settings = settings
        self.limits = limits
        self.logger = logger
    }

    /// Tells until graceful shutdown; then lets those run that it had paused.
    func run() async throws {
        active = await set.ids
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { for await ids in await self.set.updates() { await self.activate(ids) } }
                group.addTask {
                    for await found in self.discovery.source.updates() { await self.follow(found) }
                }
                group.addTask { for await id in self.watch.arrivals.subscribe() { await self.ring(id) } }
                group.addTask {
                    while (try? await Task.sleep(for: self.limits.review)) != nil { await self.review() }
                }
            }
        }
        let left = Array(lines.values)
        lines = [:]
        for line in left { await Self.end(line) }
        await letRun(left)
        await set.saved()
    }

    private func activate(_ ids: [InstanceID]) {
        active = ids
        ringAll()
    }

    private func follow(_ found: [Instance]) async {
        known = Set(found.map(\.id))
        var left: [Line] = []
        for (id, line) in lines where !found.contains(where: { $0.id == id && $0.streamUrl == line.instance.streamUrl })
        {
            lines[id] = nil
            left.append(line)
        }
        for instance in found where instance.streamUrl != nil && lines[instance.id] == nil { open(instance) }
        // Whether anybody is in focus depends on who there is.
        ringAll()
        for line in left { await Self.end(line) }
    }

    private func open(_ instance: Instance) {
        number += 1
        let (id, number) = (instance.id, number)
        let (rings, bell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let task = Task { for await _ in rings { await self.serve(id, number) } }
        lines[id] = Line(instance: instance, number: number, bell: bell, task: task)
    }

    private static func end(_ line: Line) async {
        line.bell.finish()
        line.task.cancel()
        await line.task.value
    }

    private func ring(_ id: InstanceID) { lines[id]?.bell.yield() }

    private func ringAll() {
        for (id, line) in lines where line.told?.wish != wish(for: id) { line.bell.yield() }
    }

    /// What the set means for an instance. One whose members are all gone focuses nobody, so nobody stands back.
    private func wish(for id: InstanceID) -> FocusWish {
        guard active.contains(where: known.contains) else { return FocusWish() }
        if active.contains(id) { return FocusWish(focused: true) }
        return FocusWish(focused: false, cpuShare: settings.cpuShare, paused: settings.pauseUnfocused)
    }

    /// Tells one node until it knows the newest. One that does not report is not asked: its watch does that, and rings when
    /// it is there.
    private func serve(_ id: InstanceID, _ number: Int) async {
        var wait = limits.waits.first
        while !Task.isCancelled, await watch.state(of: id).isReporting, let line = lines[id], line.number == number,
            !line.isDeaf
        {
            let wish = wish(for: id)
            guard line.told?.wish != wish else { return }
            if await tell(wish, id, line) {
                wait = limits.waits.first
            } else {
                try? await Task.sleep(for: wait * Double.random(in: 0.75...1.25))
                wait = min(wait * 2, limits.waits.last)
            }
        }
    }

    private func tell(_ wish: FocusWish, _ id: InstanceID, _ line: Line) async -> Bool {
        let why: String
        do {
            let status = try await send(wish, to: line.instance, deadline: limits.deadline)
            guard lines[id]?.number == line.number else { return true }
            if (200..<300).contains(status) {
                if line.fails { logger.notice("the node takes the focus again", metadata: ["instance": "\(id)"]) }
                lines[id]?.fails = false
                lines[id]?.told = (wish: wish, at: ContinuousClock.now)
                return true
            }
            if status == 404 || status == 405 {
                lines[id]?.isDeaf = true
                logger.notice("the node knows no focus: its Loco is older", metadata: ["instance": "\(id)"])
                return true
            }
            why = "it answers \(status)"
        } catch {
            why = error.message
        }
        guard !Task.isCancelled, lines[id]?.number == line.number else { return false }
        if !line.fails {
            logger.warning("the node does not take the focus", metadata: ["instance": "\(id)", "why": "\(why)"])
        }
        lines[id]?.fails = true
        return false
    }

    private func send(
        _ wish: FocusWish, to instance: Instance, deadline: Duration
    ) async throws(NodeClient.Failure) -> Int {
        try await client.send(
            .PUT, "/focus", to: instance.address, headers: ["Content-Type": "application/json"],
            body: JSON.encode(wish),
            limit: 64 * 1024, deadline: deadline
        ).status
    }

    /// A node that started anew at its old address knows nothing of what the one before was told, and one that could not be
    /// told may be there again.
    private func review() async {
        let states = await watch.reporting
        for (id, line) in lines where !line.isDeaf {
            guard let state = states[id] else { continue }
            guard let told = line.told, told.wish == wish(for: id) else {
                line.bell.yield()
                continue
            }
            guard let reportedAt = state.reportedAt, reportedAt - told.at > limits.settling,
                let focus = state.report?.focus, focus.focused != told.wish.focused
            else { continue }
            lines[id]?.told = nil
            line.bell.yield()
        }
    }

    /// Nobody would let them run once this hub is gone.
    private func letRun(_ lines: [Line]) async {
        await withDiscardingTaskGroup { group in
            for line in lines {
                guard var wish = line.told?.wish, wish.paused else { continue }
                wish.paused = false
                let last = wish
                group.addTask { _ = try? await self.send(last, to: line.instance, deadline: .seconds(2)) }
            }
        }
    }
}
