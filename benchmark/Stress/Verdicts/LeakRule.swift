/// What a process holds when everybody has left, against what it held at the baseline. A process that was started since
/// has no baseline.
struct LeakRule: Sendable {
    private var nodes: [Int: NodeReading] = [:]
    private var hub: ProcessFootprint?

    /// Takes the reading at the baseline.
    mutating func begin(_ reading: FleetReading) {
        nodes = Dictionary(reading.nodes.map { ($0.guest, $0) }) { $1 }
        hub = reading.hub?.process
    }

    /// What is held beyond the baseline and the limits.
    func compare(_ reading: FleetReading, _ limits: VerdictLimits) -> [Verdict] {
        var verdicts: [Verdict] = []
        for node in reading.nodes {
            guard let before = nodes[node.guest], let old = before.process, let new = node.process,
                old.isSameProcess(as: new)
            else { continue }
            let name = "instance-\(node.guest)"
            add(&verdicts, name, "live objects", before.liveObjects, node.liveObjects, limits.objects)
            compare(&verdicts, name, old, new, limits, descriptors: limits.descriptors)
        }
        if let hub, let new = reading.hub?.process, hub.isSameProcess(as: new) {
            compare(&verdicts, "hub", hub, new, limits, descriptors: limits.hubDescriptors)
        }
        return verdicts
    }

    private func compare(
        _ verdicts: inout [Verdict], _ name: String, _ old: ProcessFootprint, _ new: ProcessFootprint,
        _ limits: VerdictLimits, descriptors: Int
    ) {
        add(&verdicts, name, "threads", old.threads, new.threads, limits.threads)
        add(&verdicts, name, "file descriptors", old.openFiles, new.openFiles, descriptors)
        add(&verdicts, name, "ports", old.ports, new.ports, limits.ports)
        let (before, after) = (old.residentMB, new.residentMB)
        let limit = before * (1 + limits.residentPercent / 100)
        guard after > limit else { return }
        verdicts.append(
            Verdict(
                kind: .leak, subject: name, value: after, limit: limit, unit: "MB resident",
                detail: "it had \(Figure.text(before)) MB before"))
    }

    private func add(
        _ verdicts: inout [Verdict], _ name: String, _ what: String, _ old: Int, _ new: Int, _ allowed: Int
    ) {
        guard new > old + allowed else { return }
        verdicts.append(
            Verdict(
                kind: .leak, subject: name, value: Double(new), limit: Double(old + allowed), unit: what,
                detail: "it had \(old) before"))
    }
}
