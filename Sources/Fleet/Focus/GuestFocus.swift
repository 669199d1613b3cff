import Logging
import Probe
import Synchronization

/// Makes of a wish about the focus what it means for the guest: its share of the processors and, where that is wished, that
/// it stands still. It stays so when QEMU restarts or the guest is handed over.
///
/// A guest that somebody controls has its whole share and runs, whatever is wished. What somebody else has paused is left
/// alone, and what somebody else has let run again is not paused a second time.
public actor GuestFocus {
    /// QEMU answers within milliseconds; one that hangs is not waited for any longer.
    private static let deadline = Duration.seconds(1)

    private let guest: Guest
    private let logger: Logger
    private var wish = FocusWish()
    private var isControlled = false
    private var share: GuestShare
    private var held = GuestShare.Held()
    private var pid: Int32?
    /// Somebody else has decided whether this QEMU stands still.
    private var isOverruled = false
    private var isPauseDue = false
    private nonisolated let paused = Mutex(false)
    private var running: Task<Void, Never>?
    private var waiting: Task<Void, Never>?
    private var isOver = false

    /// - Parameter guest: need not be started.
    public init(_ guest: Guest, logger: Logger) {
        self.guest = guest
        self.logger = logger
        share = GuestShare(name: guest.directory.id.rawValue)
    }

    /// The guest stands still because of the focus, or is about to.
    nonisolated var isPaused: Bool { paused.withLock { $0 } }

    /// What is so now; what has come loose is set again, without waiting for it.
    public func state() async -> HealthReport.Focus {
        if isPauseDue || pid.map({ !share.isInForce(held, $0) }) ?? false { _ = schedule() }
        return .init(
            focused: wish.focused, cpuShare: held.share, means: held.means?.rawValue, reason: held.reason,
            paused: isPaused)
    }

    /// Wishes something else, and returns once it is so, as far as it can be.
    @discardableResult
    public func set(_ wish: FocusWish) async -> HealthReport.Focus {
        if wish != self.wish {
            self.wish = wish
            isOverruled = false
        }
        await schedule()?.value
        return await state()
    }

    /// Somebody controls the guest, or nobody does any more.
    public func setControlled(_ isControlled: Bool) async {
        guard isControlled != self.isControlled else { return }
        self.isControlled = isControlled
        isOverruled = false
        await schedule()?.value
    }

    /// Keeps what is wished through the guest's coming and going.
    public func follow(_ event: GuestEvent) async {
        switch event {
        case .service(let status) where status.name == "qemu":
            if status.state == .running {
                await schedule()?.value
                return
            }
            // With QEMU goes all that was done to it.
            (pid, held) = (nil, GuestShare.Held())
            release(overruled: false)
        case .qmp(let event) where event.name == "RESUME" && isPaused: await schedule()?.value
        default: break
        }
    }

    /// Ends it, after the guest.
    public func stop() async {
        isOver = true
        await running?.value
        await waiting?.value
        var share = share
        await share.end()
    }

    /// One change at a time, and the newest wish of those that came meanwhile.
    private func schedule() -> Task<Void, Never>? {
        guard !isOver else { return nil }
        if let waiting { return waiting }
        let task = Task { [running] in
            await running?.value
            self.running = self.waiting
            self.waiting = nil
            await self.apply()
        }
        waiting = task
        return task
    }

    private func apply() async {
        guard !isOver, let pid = await guest.qemu.pid else { return }
        let isNew = pid != self.pid
        if isNew { (self.pid, isOverruled) = (pid, false) }
        let (wish, isFree) = (wish, isControlled)
        // A guest that is given the focus runs before it is told to have it; one that loses it stands still last.
        if !wish.paused || isFree { await resume() }
        let before = held
        var share = share
        held = await share.hold(pid, share: isFree ? 1 : wish.cpuShare, isCompared: wish.focused != nil)
        self.share = share
        if held != before { tell() }
        if wish.paused, !isFree { await pause(isNew: isNew) }
    }

    private func tell() {
        let metadata: Logger.Metadata = ["share": "\(held.share)", "means": "\(held.means?.rawValue ?? "none")"]
        if let reason = held.reason {
            logger.warning("the guest keeps its whole share of the processors: \(reason)", metadata: metadata)
        } else {
            logger.info("the guest's share of the processors changed", metadata: metadata)
        }
    }

    private func pause(isNew: Bool) async {
        // A guest on its way to another QEMU goes on there as it was when it left.
        guard let qmp = guest.qmp, await !guest.isRecovering else { return isPauseDue = true }
        do {
            let state = try await runState(qmp)
            if isPaused, state == "running", !isPauseDue {
                // A new QEMU is not the one that was paused; in the same one, somebody else has let the guest run.
                release(overruled: !isNew)
            }
            switch state {
            case _ where isOverruled: isPauseDue = false
            case "running":
                // Known before it is so: no measurement may take it for somebody else's pause.
                paused.withLock { $0 = true }
                try await qmp.execute("stop", deadline: Self.deadline)
                isPauseDue = false
                logger.info("the guest is paused while others are in focus")
            case "paused":
                isOverruled = !isPaused
                isPauseDue = false
            default: isPauseDue = true
            }
        } catch {
            failed("the guest cannot be paused", error)
        }
    }

    private func resume() async {
        guard isPaused else { return isPauseDue = false }
        guard let qmp = guest.qmp, await !guest.isRecovering else { return isPauseDue = true }
        do {
            switch try await runState(qmp) {
            case "paused": try await qmp.execute("cont", deadline: Self.deadline)
            case "inmigrate", "finish-migrate", "postmigrate", "prelaunch": return isPauseDue = true
            default: break
            }
            release(overruled: false)
            logger.info("the guest runs again")
        } catch {
            failed("the guest cannot be let run again", error)
        }
    }

    /// It is tried again with every look at the state; told once.
    private func failed(_ what: String, _ error: any Error) {
        if !isPauseDue { logger.warning("\(what): \(error)") }
        isPauseDue = true
    }

    private func release(overruled: Bool) {
        paused.withLock { $0 = false }
        isOverruled = overruled
        isPauseDue = false
    }

    private func runState(_ qmp: QMPClient) async throws -> String {
        try await qmp.execute("query-status", deadline: Self.deadline)["status"]?.string ?? "unknown"
    }
}
