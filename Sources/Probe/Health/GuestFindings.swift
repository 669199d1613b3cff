/// What speaks against the guest, its screen and its sound. What one thing explains is not accused besides: without an
/// X server there is no QEMU, and without either no picture.
enum GuestFindings {
    private typealias Limit = HealthVerdict.Limit

    static func of(_ facts: HealthFacts) -> [Finding] {
        let display = process(facts.display, part: .display, name: "the X server")
        if let display { return [display] + sound(facts, guestIsUp: false) }
        if let qemu = process(facts.qemu, part: .qemu, name: "QEMU", why: facts.shutdown) {
            return [qemu] + disk(facts) + sound(facts, guestIsUp: false)
        }
        return control(facts) + runState(facts) + disk(facts) + capture(facts) + sound(facts) + vnc(facts) + load(facts)
    }

    /// A process that is gone or held still.
    private static func process(
        _ fact: ServiceFact?, part: Evidence.Part, name: String, why: String? = nil, weight: Finding.Weight = .breaks
    ) -> Finding? {
        guard let fact else { return nil }
        if fact.isHeld, let state = fact.state {
            return Finding(
                .qemu, weight,
                Evidence(
                    part: part, reason: "\(name) hangs: its process is held still",
                    value: state == "T" ? "T (stopped)" : "t (traced)"))
        }
        guard !fact.isRunning else { return nil }
        let (suffix, value): (String, String) =
            switch fact.supervision {
            case .idle: ("", "down")
            case .restarting(nil): ("; it is being started again", "restarting")
            case .restarting(let delay?): ("; it is started again in \(seconds(delay))", "restarting")
            case .gaveUp: ("; it failed too often in a row and stays down until somebody asks", "error")
            }
        let because = why.map { " (\($0))" } ?? ""
        return Finding(
            .qemu, weight, Evidence(part: part, reason: "\(name) is not running\(because)\(suffix)", value: value))
    }

    /// A QEMU that owes an answer. While its processors run it may only be slow, and gets longer.
    private static func control(_ facts: HealthFacts) -> [Finding] {
        guard let silence = facts.controlSilence, silence > Limit.control else { return [] }
        let runs = facts.vcpuProgress.map { $0 >= Limit.progress } ?? false
        let isHung = !runs || silence > Limit.busyControl
        let reason =
            switch (isHung, runs) {
            case (true, true): "QEMU hangs: it does not answer although the guest's processors run"
            case (true, false): "QEMU hangs: it does not answer and the guest's processors stand still"
            case (false, _): "QEMU is slow to answer"
            }
        return [
            Finding(
                .qemu, isHung ? .breaks : .degrades,
                Evidence(
                    part: .qemu, reason: reason, value: seconds(silence),
                    threshold: seconds(isHung && runs ? Limit.busyControl : Limit.control), isSevere: isHung))
        ]
    }

    private static func runState(_ facts: HealthFacts) -> [Finding] {
        if facts.hasPanicked == true {
            return [
                Finding(
                    .qemu, .breaks,
                    Evidence(part: .qemu, reason: "the guest's kernel has panicked", value: "GUEST_PANICKED"))
            ]
        }
        switch facts.runState {
        case nil, "running": return []
        // Wished by whoever chose the active set, who sees it in the report.
        case "paused" where facts.isPausedForFocus: return []
        // Somebody wanted it, or QEMU does it for a moment; a restart would undo what was asked for.
        case let state?
        where [
            "paused", "suspended", "prelaunch", "inmigrate", "finish-migrate", "postmigrate", "save-vm", "restore-vm",
            "debug", "colo",
        ].contains(state):
            return [
                Finding(
                    .none, .degrades,
                    Evidence(part: .qemu, reason: "the guest is \(state)", value: state, isSevere: false))
            ]
        case "io-error":
            return [
                Finding(
                    .qemu, .breaks,
                    Evidence(
                        part: .disk, reason: "QEMU holds the guest because of a disk error", value: "io-error"))
            ]
        case let state?:
            return [
                Finding(.qemu, .breaks, Evidence(part: .qemu, reason: "the guest's state is \(state)", value: state))
            ]
        }
    }

    /// Errors that the guest was told of: what it makes of them is its own matter, and a restart mends no disk.
    private static func disk(_ facts: HealthFacts) -> [Finding] {
        guard let errors = facts.newDiskErrors, errors > 0 else { return [] }
        return [
            Finding(
                .qemu, .degrades,
                Evidence(
                    part: .disk, reason: "the guest's disk fails: \(facts.lastDiskError ?? "no more is known")",
                    value: "\(errors) errors", threshold: "0 errors in \(Int(GuestIncidents.window)) s",
                    isSevere: false))
        ]
    }

    private static func capture(_ facts: HealthFacts) -> [Finding] {
        guard let age = facts.lastFrameAge, age > Limit.frame else { return [] }
        return [
            Finding(
                .qemu, .breaks,
                Evidence(
                    part: .capture, reason: "no frame of the guest's picture is captured", value: seconds(age),
                    threshold: seconds(Limit.frame)))
        ]
    }

    /// Without sound the instance is degraded: its picture is well. It is mended all the same.
    private static func sound(_ facts: HealthFacts, guestIsUp: Bool = true) -> [Finding] {
        if let dead = process(facts.pulse, part: .sound, name: "PulseAudio", weight: .degrades) { return [dead] }
        if let age = facts.soundAnswerAge, age > Limit.sound {
            return [
                Finding(
                    .qemu, .degrades,
                    Evidence(
                        part: .sound, reason: "PulseAudio does not answer", value: seconds(age),
                        threshold: seconds(Limit.sound)))
            ]
        }
        guard guestIsUp, facts.guestStreamLost == true else { return [] }
        return [
            Finding(
                .qemu, .degrades,
                Evidence(part: .sound, reason: "the guest's stream is gone from PulseAudio", value: "absent"))
        ]
    }

    /// The way round WebRTC is gone. What it would be mended by, a new QEMU, would cost the guest more than it is worth.
    private static func vnc(_ facts: HealthFacts) -> [Finding] {
        guard facts.vncListens == false else { return [] }
        return [
            Finding(
                .qemu, .degrades,
                Evidence(part: .qemu, reason: "QEMU's VNC server does not listen", value: "absent", isSevere: false))
        ]
    }

    private static func load(_ facts: HealthFacts) -> [Finding] {
        var result: [Finding] = []
        func add(_ reason: String, _ value: Double, threshold: String) {
            result.append(
                Finding(
                    .qemu, .degrades,
                    Evidence(
                        part: .load, reason: reason, value: "\(Int(value)) %", threshold: threshold, isSevere: false)))
        }
        if let cpu = facts.qemuCPU, cpu > Limit.load, let busy = facts.qemuBusyFor, busy > Limit.loadHold {
            add("QEMU takes a whole core", cpu, threshold: "\(Int(Limit.load)) % for \(Int(Limit.loadHold)) s")
        }
        if let memory = facts.qemuMemory, memory > Limit.load {
            add("QEMU takes the host's memory", memory, threshold: "\(Int(Limit.load)) %")
        }
        return result
    }

    private static func seconds(_ value: Double) -> String {
        let tenths = (value * 10).rounded() / 10
        return tenths == tenths.rounded() ? "\(Int(tenths)) s" : "\(tenths) s"
    }
}
