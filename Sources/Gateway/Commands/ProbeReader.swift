import Probe

/// Reads one check after the other out of a health report. It reads the JSON rather than the type, so that a newer node's
/// report is read as far as it goes.
struct ProbeReader {
    let report: JSONValue

    /// Whether a process of the guest runs.
    func service(_ name: String, as check: String) -> ProbeCheck {
        guard let service = services.first(where: { $0["name"]?.string == name }) else {
            return ProbeCheck(name: check, outcome: .none, why: "the report names no service \(name)")
        }
        let state = service["state"]?.string ?? "unknown"
        let pid = service["pid"]?.number.map { ", pid \(Int($0))" } ?? ""
        let restarts = service["restarts"]?.number.map { ", \(Int($0)) restarts" } ?? ""
        return ProbeCheck(name: check, outcome: state == "running" ? .pass : .fail, why: state + pid + restarts)
    }

    /// One that is held still has a process, and an answer of a moment ago: the evidence knows better.
    func qemu() -> ProbeCheck {
        if let evidence = evidence(.qemu) { return ProbeCheck(name: "QEMU runs", outcome: .fail, why: evidence) }
        return service("qemu", as: "QEMU runs")
    }

    func qmp() -> ProbeCheck {
        let name = "QMP answers"
        if let state = report["runState"]?.string {
            return ProbeCheck(name: name, outcome: .pass, why: "guest \(state)")
        }
        if let evidence = evidence(.qemu) { return ProbeCheck(name: name, outcome: .fail, why: evidence) }
        return flag(deep("qemu_healthy"), as: name, yes: "the guest is running", no: "no running guest by QMP")
    }

    func vcpus() -> ProbeCheck {
        let name = "vCPUs progress"
        switch deep("performance", "vcpu_progress") {
        case .number(let progress)?:
            return ProbeCheck(
                name: name, outcome: progress > 0 || isPaused ? .pass : fails(.qemu) ? .fail : .none,
                why: isPaused ? "the guest is paused" : "progress \(progress)")
        case .bool(let progress)?:
            return flag(.bool(progress || isPaused), as: name, yes: isPaused ? "the guest is paused" : "yes", no: "no")
        default: return unmeasured(name)
        }
    }

    func display() -> ProbeCheck {
        if let evidence = evidence(.display) {
            return ProbeCheck(name: "display", outcome: .fail, why: evidence)
        }
        return service("xserver", as: "display")
    }

    func capture() -> ProbeCheck {
        let name = "capture heartbeat"
        if let evidence = evidence(.capture) { return ProbeCheck(name: name, outcome: .fail, why: evidence) }
        let fps = report["capture"]?["grabbedFps"]?.number.map { "\(($0 * 10).rounded() / 10) looks per second" }
        return flag(
            deep("video", "display_active"), as: name, yes: fps ?? "a frame within 2 s", no: "no frame for 2 s")
    }

    func soundServer() -> ProbeCheck {
        let name = "sound server"
        if let evidence = evidence(.sound) { return ProbeCheck(name: name, outcome: .fail, why: evidence) }
        let devices = deep("audio", "audio_devices")?.number.map { "\(Int($0)) sinks and sources" }
        return flag(deep("audio", "pulse_running"), as: name, yes: devices ?? "runs", no: "does not run")
    }

    func guestStream() -> ProbeCheck {
        let name = "guest's sound"
        guard let stream = deep("audio", "guest_stream")?.string else { return unmeasured(name) }
        // Whether an absent stream is a failure is the verdict's to say: a guest may have no sound device.
        let isBad = stream == "absent" && fails(.sound)
        return ProbeCheck(name: name, outcome: isBad ? .fail : stream == "absent" ? .none : .pass, why: stream)
    }

    func network() -> ProbeCheck {
        let name = "network"
        if let evidence = evidence(.network) { return ProbeCheck(name: name, outcome: .fail, why: evidence) }
        let parts = [("bridge", "bridge_up"), ("TAP", "tap_up")].compactMap { label, field in
            deep("network", field)?.bool.map { (label, $0) }
        }
        guard !parts.isEmpty else {
            return ProbeCheck(name: name, outcome: .none, why: "the guest has neither bridge nor TAP")
        }
        return ProbeCheck(
            name: name, outcome: parts.allSatisfy(\.1) ? .pass : .fail,
            why: parts.map { "\($0) \($1 ? "up" : "down")" }.joined(separator: ", "))
    }

    func disk() -> ProbeCheck {
        if let evidence = evidence(.disk) { return ProbeCheck(name: "disk", outcome: .fail, why: evidence) }
        // Errors of the disk come as events; a report with a place for evidence would tell of them.
        guard report["evidence"] != nil else { return unmeasured("disk") }
        return ProbeCheck(name: "disk", outcome: .pass, why: "QEMU reported no error")
    }

    private var services: [JSONValue] {
        if case .array(let items)? = report["services"] { items } else { [] }
    }

    private var isPaused: Bool { report["runState"]?.string == "paused" }

    private func deep(_ names: String...) -> JSONValue? {
        names.reduce(report["deepHealth"]) { $0?[$1] }
    }

    /// What speaks severely against a part, as one sentence with value and limit.
    private func evidence(_ part: Evidence.Part) -> String? {
        guard case .array(let items)? = report["evidence"] else { return nil }
        let found = items.filter { $0["part"]?.string == part.rawValue && $0["isSevere"]?.bool != false }
        guard !found.isEmpty else { return nil }
        return found.map { item in
            let limit = item["threshold"]?.string.map { ", limit \($0)" } ?? ""
            return "\(item["reason"]?.string ?? "it is not well") (\(item["value"]?.string ?? "?")\(limit))"
        }.joined(separator: "; ")
    }

    private func fails(_ part: Evidence.Part) -> Bool { evidence(part) != nil }

    private func unmeasured(_ name: String) -> ProbeCheck {
        ProbeCheck(name: name, outcome: .none, why: "not measured")
    }

    private func flag(_ value: JSONValue?, as name: String, yes: String, no: String) -> ProbeCheck {
        guard let flag = value?.bool else { return unmeasured(name) }
        return ProbeCheck(name: name, outcome: flag ? .pass : .fail, why: flag ? yes : no)
    }
}
