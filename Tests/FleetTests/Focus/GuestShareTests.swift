import Foundation
import Probe
import Testing

@testable import Fleet

/// What the kernel makes of a share, measured on real processes that compete for a core.
@Suite("A guest's share of the processors", .serialized, .timeLimit(.minutes(2)))
struct GuestShareTests {
    private func withSpinners(
        _ script: String = "while :; do :; done", _ body: (BusyPair) async throws -> Void
    ) async throws {
        let command = ChildCommand(name: "spinner", executable: "/bin/sh", arguments: ["-c", script])
        let children = [ChildProcess(command, logger: testLogger), ChildProcess(command, logger: testLogger)]
        do {
            let pids = try await (children[0].start(), children[1].start())
            try await body(try await BusyPair(pids.0, pids.1))
        } catch {
            for child in children { try? await child.stop() }
            throw error
        }
        for child in children { try await child.stop() }
    }

    @Test("by priority a quarter is a quarter of processor time, and a whole share is a whole one again")
    func priority() async throws {
        let priority = PriorityShare()
        guard priority.mayReturn else { try Test.cancel("a lowered priority could not be raised again") }
        try await withSpinners { pair in
            let equal = try await pair.ratio(over: .seconds(2))
            try await priority.hold(pair.second, share: 0.25)
            #expect(priority.holds(pair.second, share: 0.25))
            #expect(BusyPair.nices(of: pair.second) == [priority.base + 6])
            let lowered = try await pair.ratio(over: .seconds(5))
            try await priority.hold(pair.second, share: 1)
            #expect(BusyPair.nices(of: pair.second) == [priority.base])
            let again = try await pair.ratio(over: .seconds(2))
            print("processor time by priority: equal", equal, "lowered", lowered, "again", again)
            #expect((0.8...1.25).contains(equal))
            #expect((0.18...0.36).contains(lowered))
            #expect((0.8...1.25).contains(again))
        }
    }

    @Test("by a control group likewise")
    func group() async throws {
        let group: GuestGroup
        do { group = try GuestGroup.make("test") } catch { try Test.cancel("\(error)") }
        let other = GuestGroup(path: group.path + "-other")
        defer {
            group.remove()
            other.remove()
        }
        try await withSpinners { pair in
            #expect(mkdir(other.path, 0o755) == 0)
            _ = KernelSwitch.write("threaded", to: other.path + "/cgroup.type")
            try other.hold(pair.first, share: 1)
            try group.hold(pair.second, share: 0.25)
            #expect(group.holds(pair.second, share: 0.25))
            let lowered = try await pair.ratio(over: .seconds(5))
            print("processor time by control group:", lowered)
            #expect((0.18...0.36).contains(lowered))
        }
    }

    @Test("threads that come later have the share of those there were")
    func laterThreads() async throws {
        let priority = PriorityShare()
        guard priority.mayReturn else { try Test.cancel("a lowered priority could not be raised again") }
        try await withSpinners("while :; do sleep 0.05; done") { pair in
            try await priority.hold(pair.first, share: 0.25)
            // Those of before are gone by then.
            try await Task.sleep(for: .milliseconds(500))
            let end = ContinuousClock.now + .seconds(5)
            var seen: Set<Int32> = []
            // Children inherit as threads do: by the one that makes them.
            while seen.isEmpty, .now < end {
                let children = KernelFile.word("/proc/\(pair.first)/task/\(pair.first)/children") ?? ""
                for child in children.split(separator: " ").compactMap({ Int32($0) }) {
                    seen.formUnion(BusyPair.nices(of: child))
                }
            }
            #expect(seen == [priority.base + 6])
        }
    }

    @Test(
        "shares become steps of the kernel's scale",
        arguments: [(1, 0), (0.8, 1), (0.5, 3), (0.25, 6), (0.1, 10), (0.01, 21)] as [(Double, Int32)])
    func steps(share: Double, steps: Int32) {
        #expect(PriorityShare.steps(for: share) == steps)
    }

    /// A tree of control groups made of plain files, as far as their reading goes.
    private func withTree(
        _ own: String, controllers: String, hasType: Bool = true, _ body: (ControlGroups, String) throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let (proc, mount) = (folder + "/proc", folder + "/cgroup")
            let group = mount + own
            for path in [proc + "/self", group] {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            func write(_ text: String, _ path: String) throws {
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            }
            try write("4:memory:/x\n0::\(own)\n", proc + "/self/cgroup")
            try write("31 23 0:26 / \(mount) rw,nosuid shared:9 - cgroup2 cgroup2 rw\n", proc + "/self/mountinfo")
            try write(controllers, group + "/cgroup.controllers")
            try write("", group + "/cgroup.subtree_control")
            try write("", group + "/cgroup.procs")
            if hasType { try write("domain\n", group + "/cgroup.type") }
            try body(ControlGroups(proc: proc), group)
        }
    }

    @Test("a control group is used only where the cpu controller is there and the group is not everybody's")
    func obstacles() async throws {
        try await withTree("/a/b", controllers: "memory") { groups, _ in
            #expect(throws: ShareObstacle.self) { try GuestGroup.make("x", groups: groups, systemd: false) }
            #expect(groups.sharesWithAll("self"))
        }
        try await withTree("/a/b", controllers: "cpu", hasType: false) { groups, _ in
            let error = #expect(throws: ShareObstacle.self) { try GuestGroup.make("x", groups: groups, systemd: false) }
            #expect("\(error!)".contains("root"))
        }
        try await withTree("/a/b", controllers: "cpu memory") { groups, own in
            let error = #expect(throws: ShareObstacle.self) { try GuestGroup.make("x", groups: groups, systemd: true) }
            #expect("\(error!)".contains("Delegate=cpu"))
            #expect(!groups.sharesWithAll("self"))
            // Left by a node that was killed.
            let stale = own + "/loco-instance-4-999999999"
            try FileManager.default.createDirectory(atPath: stale, withIntermediateDirectories: true)
            let group = try GuestGroup.make("x", groups: groups, systemd: false)
            #expect(group.path == "\(own)/loco-x-\(getpid())")
            #expect(KernelFile.word(own + "/cgroup.subtree_control") == "+cpu")
            #expect(!FileManager.default.fileExists(atPath: stale))
            #expect(group.remove())
        }
    }

    @Test("without the right to raise a priority again, none of threads is lowered; what can be is, or it says why not")
    func rights() async throws {
        try await withSpinners("sleep 100") { pair in
            let priority = PriorityShare(mayReturn: false)
            var share = GuestShare(name: "x", groups: ControlGroups(proc: "/nowhere"), priority: priority)
            #expect(await share.hold(pair.first, share: 1, isCompared: true) == GuestShare.Held())
            let held = await share.hold(pair.first, share: 0.25, isCompared: true)
            #expect(BusyPair.nices(of: pair.first) == [priority.base])
            if let session = Autogroup(deciding: pair.first) {
                #expect(held == GuestShare.Held(share: 0.25, means: .priority))
                #expect(session.nice == 6)
                #expect(share.isInForce(held, pair.first))
                #expect(await share.hold(pair.first, share: 1, isCompared: true) == GuestShare.Held())
                #expect(session.nice == 0)
            } else {
                #expect(held.share == 1 && held.means == nil)
                #expect(held.reason?.contains("CAP_SYS_NICE") == true)
            }
        }
    }
}
