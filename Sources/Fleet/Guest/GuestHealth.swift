import Foundation
import Probe

/// Measures a guest and puts its health report together; what the media side measures is handed in.
///
/// Nothing here starts a process or connects to anything: it reads the kernel's tables and asks QEMU over the control
/// connection that is open anyway.
public actor GuestHealth {
    /// Samples are at least this far apart, however often reports are asked for; under a second, so that one report a
    /// second is one sample each.
    private static let interval = Duration.milliseconds(900)
    /// As for the sockets it listens on.
    private static let vncInterval = Duration.milliseconds(4900)
    /// Seconds that a new QEMU has for its first frame and its stream to the sound server.
    private static let settling = 5.0

    private let guest: Guest
    private let focus: GuestFocus?
    private let control = ControlWatch()
    private let vnc: GuestVNC
    private let log: IncidentLog
    private let watcher: Task<Void, Never>

    private var process = ProcessSampler()
    private var processors = VCPUSampler()
    private var interfaces: NetworkSampler
    private var sampledAt: ContinuousClock.Instant?
    private var sampledPid: Int32?
    private var busySince: ContinuousClock.Instant?
    private var sample: ProcessSample?
    private var vcpu: VCPUReading?
    private var network: NetworkReading?
    private var vncListens: Bool?
    private var vncSampledAt: ContinuousClock.Instant?

    /// QEMU has been up once: from then on what is not running is an end, and not on its first way up.
    private var hasBeenUp = false
    /// The QEMU whose stream was seen in the sound server.
    private var heardPid: Int32?

    /// Measures `guest`.
    ///
    /// - Parameters:
    ///   - focus: what the focus does to it; nil where nothing does.
    ///   - sysfs: where the kernel's objects are; tests make up their own.
    public init(_ guest: Guest, focus: GuestFocus? = nil, sysfs: String = "/sys") {
        self.guest = guest
        self.focus = focus
        vnc = guest.vnc
        interfaces = NetworkSampler(root: sysfs)
        let (log, events) = (IncidentLog(), guest.events)
        self.log = log
        watcher = Task { for await event in events { log.note(event) } }
    }

    deinit { watcher.cancel() }

    /// A report of now from what the oldest media side measures.
    ///
    /// - Parameters:
    ///   - frames: the capture's meter; nil when there is no capture, which then accuses nobody.
    ///   - sound: the streamed sound's level; nil when it is not measured.
    public func report(
        frames: FrameMeter.Reading? = nil, sound: AudioLevelMeter.Reading? = nil
    ) async -> HealthReport {
        var media = MediaReading()
        media.frames = frames
        media.sound = sound
        return await report(media)
    }

    /// A report of now; it takes half a second where QEMU does not answer, and next to no time where it does.
    ///
    /// - Parameters:
    ///   - media: what the media side measures.
    ///   - bridge: the guest's bridge; nil when it has none.
    ///   - tap: the guest's TAP; nil when it has none, and while one that QEMU makes itself cannot be there.
    public func report(
        _ media: MediaReading, bridge: String? = nil, tap: String? = nil
    ) async -> HealthReport {
        let wasPaused = focus?.isPaused ?? false
        let answer = await control.ask(guest.qmp)
        // It may have changed while QEMU was asked: whichever it is, what QEMU said is explained.
        let isPaused = wasPaused || focus?.isPaused ?? false
        let services = await guest.services
        let qemu = services.first { $0.name == "qemu" }
        measure(qemu?.pid, threads: answer.processors, bridge: bridge, tap: tap)
        let incidents = log.incidents
        let isClaimed = await guest.isClaimed
        var facts = facts(services, answer, incidents, media, isClaimed: isClaimed)
        facts.isPausedForFocus = isPaused
        var deep = deepHealth(facts, media)
        deep.performance.diskErrors = facts.qemu?.isRunning == true ? incidents.diskErrors : nil
        var report = HealthReport(instanceId: guest.directory.id.description, facts: facts, deepHealth: deep)
        report.focus = await focus?.state()
        report.services = services.map {
            HealthReport.Service(
                name: $0.name, state: $0.state.rawValue, pid: $0.pid, uptime: $0.uptime(), restarts: $0.restarts)
        }
        return report
    }

    private func measure(_ pid: Int32?, threads: [Int32]?, bridge: String?, tap: String?) {
        let now = ContinuousClock.now
        if let sampledAt, sampledPid == pid, now < sampledAt + Self.interval { return }
        // The tables of a host's sockets are long, and a server that listens goes on to.
        let looksForVNC =
            vnc.isWanted
            && (sampledPid != pid || vncListens != true || vncSampledAt.map { now > $0 + Self.vncInterval } ?? true)
        (sampledAt, sampledPid) = (now, pid)
        network = interfaces.sample(bridge: bridge, tap: tap, at: now)
        guard let pid else {
            (sample, vcpu, vncListens, busySince) = (nil, nil, nil, nil)
            return
        }
        sample = process.sample(pid: pid, at: now)
        vcpu = processors.sample(pid: pid, threads: threads, at: now)
        if looksForVNC {
            vncListens = ListeningSockets.of(pid: pid).map(vnc.isServed)
            vncSampledAt = now
        }
        let isBusy = sample?.cpuPercent.map { $0 > HealthVerdict.Limit.load } ?? false
        busySince = isBusy ? busySince ?? now : nil
    }

    private func facts(
        _ services: [ServiceStatus], _ answer: ControlWatch.Answer, _ incidents: GuestIncidents, _ media: MediaReading,
        isClaimed: Bool
    ) -> HealthFacts {
        let byName = Dictionary(services.map { ($0.name, $0) }) { $1 }
        let qemu = byName["qemu"]
        let isUp = qemu?.state == .running
        hasBeenUp = hasBeenUp || isUp

        var facts = HealthFacts()
        facts.isStarting = isClaimed && isStarting(services)
        facts.qemu = qemu.map(Self.fact)
        facts.display = byName["xserver"].map(Self.fact)
        facts.pulse = byName["pulse"].map(Self.fact)
        if isUp {
            facts.runState = answer.runState
            facts.controlSilence = answer.silence
            facts.vcpuProgress = vcpu?.progress
            facts.hasPanicked = incidents.hasPanicked
            // One that is just up was perhaps looked at before it listened.
            if qemu?.uptime().map({ $0 > Self.settling }) == true { facts.vncListens = vncListens }
        }
        facts.newDiskErrors = incidents.newDiskErrors(at: IncidentLog.now)
        facts.lastDiskError = incidents.lastDiskError
        facts.shutdown = incidents.shutdown
        facts.lastFrameAge = frameAge(media.frames, qemu: qemu)
        facts.soundAnswerAge = soundAge(media.soundServer, pulse: byName["pulse"])
        facts.guestStreamLost = streamLost(media.soundServer, qemu: qemu, pulse: byName["pulse"])
        facts.qemuCPU = sample?.cpuPercent
        facts.qemuBusyFor = busySince.map { $0.duration(to: .now).inSeconds }
        facts.qemuMemory = sample.flatMap { HostMemory.percent(of: $0.residentBytes) }
        facts.network = network
        facts.troubles = media.troubles
        return facts
    }

    /// On the first way up, with nothing that failed on it.
    private func isStarting(_ services: [ServiceStatus]) -> Bool {
        !hasBeenUp && services.allSatisfy { $0.restarts == 0 && $0.lastError == nil && $0.lastExit == nil }
    }

    private static func fact(_ status: ServiceStatus) -> ServiceFact {
        let state = status.pid.flatMap { ProcessStat(pid: $0)?.state }
        let supervision: ServiceFact.Supervision =
            switch status.state {
            case .starting: .restarting(after: nil)
            case .restarting: .restarting(after: status.nextStart.map { max(0, $0.timeIntervalSinceNow) })
            case .error: .gaveUp
            case .running, .stopping, .stopped: .idle
            }
        return ServiceFact(
            // The kernel knows of an end before the supervisor does.
            isRunning: status.state == .running && state.map { $0 != "Z" && $0 != "X" } ?? false, state: state,
            uptime: status.uptime(), supervision: supervision)
    }

    /// A capture that has not delivered anything yet has been waited for since QEMU is up.
    private func frameAge(_ frames: FrameMeter.Reading?, qemu: ServiceStatus?) -> Double? {
        guard let frames else { return nil }
        if let age = frames.lastFrameAge { return age }
        return qemu?.uptime().flatMap { $0 > Self.settling ? $0 : nil }
    }

    /// A server that has just begun is not blamed for its predecessor's silence.
    private func soundAge(_ reading: SoundServerReading?, pulse: ServiceStatus?) -> Double? {
        guard let reading, let uptime = pulse?.uptime() else { return nil }
        return min(reading.age, uptime)
    }

    /// Absence alone is no loss: a guest opens its stream when it first plays. It is one where this QEMU had a stream,
    /// or is connected to a sound server that is no more.
    private func streamLost(_ reading: SoundServerReading?, qemu: ServiceStatus?, pulse: ServiceStatus?) -> Bool? {
        guard let reading, reading.age <= HealthVerdict.Limit.sound, let pid = qemu?.pid,
            let qemuSince = qemu?.runningSince, let pulseSince = pulse?.runningSince
        else { return nil }
        guard reading.guestStream == .absent else {
            heardPid = pid
            return false
        }
        // QEMU does not look for another sound server: what is older than its server is without one, and that at once. By
        // the processes' own times: a guest that was handed over is older than the QEMU it runs in.
        if let server = pulse?.pid.flatMap({ ProcessStat(pid: $0) }), let own = ProcessStat(pid: pid),
            server.startTime > own.startTime
        {
            return true
        }
        let isSettled =
            qemuSince.timeIntervalSinceNow < -Self.settling
            && pulseSince.timeIntervalSinceNow < -HealthVerdict.Limit.sound
        return isSettled && heardPid == pid
    }

    private func deepHealth(_ facts: HealthFacts, _ media: MediaReading) -> DeepHealth {
        var deep = DeepHealth()
        let isUp = facts.qemu?.isRunning == true
        let runs = facts.runState == "running" || facts.runState == "paused" && facts.isPausedForFocus
        deep.qemuHealthy = isUp && facts.qemu?.isHeld != true && runs && facts.hasPanicked != true
        deep.video.vncAvailable = vnc.isWanted ? vncListens ?? (isUp ? nil : false) : nil
        deep.video.displayActive = media.frames?.lastFrameAge.map { $0 <= HealthVerdict.Limit.frame } ?? false
        deep.video.estimatedFrameRate = media.frames?.changedFps
        deep.video.frozenSeconds = media.frames?.lastChangeAge
        deep.video.black = media.black?.isBlack
        deep.audio.estimatedLevel = media.sound?.level
        deep.audio.rmsDecibels = media.sound?.rmsDecibels
        deep.audio.peakDecibels = media.sound?.peakDecibels
        deep.audio.silent = media.sound?.isSilent
        let answers = media.soundServer.map { $0.age <= HealthVerdict.Limit.sound }
        deep.audio.pulseRunning = facts.pulse.map { $0.isRunning && !$0.isHeld && answers != false }
        if let server = media.soundServer, answers == true, facts.pulse?.isRunning == true {
            deep.audio.audioDevices = server.sinks + server.sources
            deep.audio.guestStream = server.guestStream
        }
        deep.performance.qemuCPU = facts.qemuCPU
        deep.performance.qemuMemory = facts.qemuMemory
        deep.performance.loadAverage = LoadAverage.read()?.one
        deep.performance.encodeMilliseconds = media.encodeMilliseconds
        deep.performance.queueDrops = media.queueDrops
        deep.performance.vcpuProgress = isUp ? vcpu?.progress : nil
        deep.network.bridgeUp = facts.network?.bridge?.isUp
        deep.network.tapUp = facts.network?.tap?.isUp
        deep.network.txErrors = facts.network?.txErrors
        deep.network.rxErrors = facts.network?.rxErrors
        deep.network.txErrorRate = facts.network?.txErrorRate
        deep.network.rxErrorRate = facts.network?.rxErrorRate
        return deep
    }
}
