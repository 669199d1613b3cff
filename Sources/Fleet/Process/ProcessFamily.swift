import Foundation
import Probe

/// Processes and what descends from them, as far as `/proc` tells: by session, and by parent while the parent lives.
///
/// A descendant that makes a session of its own and loses its parent is still known when it was seen before that.
struct ProcessFamily: Sendable {
    private var members: Set<ProcessIdentity> = []

    mutating func add(_ process: ProcessIdentity) {
        members.insert(process)
    }

    /// Looks again, and takes in what members have started meanwhile.
    ///
    /// - Returns: the members that live, older ones first: killed in that order, no parent sees its child end before.
    @discardableResult
    mutating func grow() -> [ProcessIdentity] {
        members.isEmpty ? [] : grow(in: Self.scan())
    }

    /// The same, with what was read for several families at once.
    @discardableResult
    mutating func grow(in living: [Int32: ProcessStat]) -> [ProcessIdentity] {
        guard !members.isEmpty else { return [] }
        // A session's number is not given away while a member lives, so it is the member's that had it, unless its present
        // owner began later.
        let sessions = Dictionary(
            members.filter { member in living[member.pid].map { $0.startTime == member.startTime } ?? true }
                .map { ($0.pid, $0.startTime) }
        ) { min($0, $1) }
        var found = Set(
            living.filter { pid, stat in
                members.contains(ProcessIdentity(pid: pid, startTime: stat.startTime))
                    || (sessions[stat.session].map { stat.startTime >= $0 } ?? false)
            }.keys)
        var isGrowing = !found.isEmpty
        while isGrowing {
            let sizeBefore = found.count
            for (pid, stat) in living where found.contains(stat.parent) || found.contains(stat.session) {
                found.insert(pid)
            }
            isGrowing = found.count > sizeBefore
        }
        let identities = found.compactMap { pid in
            living[pid].map { ProcessIdentity(pid: pid, startTime: $0.startTime) }
        }.sorted { ($0.startTime, $0.pid) < ($1.startTime, $1.pid) }
        members.formUnion(identities)
        return identities
    }

    /// All processes that live.
    static func scan() -> [Int32: ProcessStat] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        var result: [Int32: ProcessStat] = [:]
        for name in names {
            guard let pid = Int32(name), let stat = ProcessStat(pid: pid), stat.state != "Z", stat.state != "X" else {
                continue
            }
            result[pid] = stat
        }
        return result
    }
}
