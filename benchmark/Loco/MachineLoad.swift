import Foundation

/// How busy the whole machine is, everybody's work included: what else ran distorts the figures.
struct MachineLoad: Sendable {
    private let busy: UInt64
    private let total: UInt64

    /// The counters of `/proc/stat` now; nil where they cannot be read.
    static func now() -> MachineLoad? {
        guard let data = FileManager.default.contents(atPath: "/proc/stat"),
            let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first
        else { return nil }
        // user nice system idle iowait irq softirq steal; the guest columns are parts of user and nice.
        let fields = line.split(separator: " ").dropFirst().prefix(8).compactMap { UInt64($0) }
        guard fields.count == 8 else { return nil }
        let total = fields.reduce(0, +)
        return MachineLoad(busy: total - fields[3] - fields[4], total: total)
    }

    /// Per cent of all cores that were busy since then; nil when no time has passed.
    func busyPercent(since earlier: MachineLoad) -> Double? {
        guard total > earlier.total, busy >= earlier.busy else { return nil }
        return Double(busy - earlier.busy) / Double(total - earlier.total) * 100
    }
}
