import Foundation
import Testing

@testable import Fleet

/// Nodes played by a small script that writes `node.json` as a node does.
@Suite("LocalNodes", .timeLimit(.minutes(1)))
struct LocalNodesTests {
    private func make(
        _ folder: String, count: Int, script: String? = nil,
        policy: RestartPolicy = RestartPolicy(delays: [.milliseconds(100)], maximumFailures: 3),
        history: HistoryStore? = nil
    ) throws -> LocalNodes {
        let script =
            script
                ?? """
                start=$(sed 's/.*) //' /proc/$$/stat | cut -d' ' -f20)
                sleep 0.1
                printf '{"pid":%s,"startTime":%s,"instanceId":"%s","port":4000,"url":"http://127.0.0.1:4000"}' \
                    $$ "$start" "$1" > "$2/node.json.new"
                mv "$2/node.json.new" "$2/node.json"
                while :; do sleep 1 & wait; done
                """
        return try LocalNodes(
            count: count, run: try RunDirectory(path: folder + "/run"),
            command: NodeCommand(executable: "/bin/sh") { id, directory in
                ["-c", script, "node", id.description, directory.path]
            },
            policy: policy, startDeadline: .seconds(10), history: history,
            logger: testLogger)
    }

    @Test("nodes come up as instances; one that is killed comes back and leaves the others alone")
    func lifecycle() async throws {
        try await withTemporaryFolder { folder in
            let nodes = try make(folder, count: 3)
            await nodes.start()
            var states: [[InstanceStatus]] = []
            for await instances in nodes.updates() {
                states.append(instances.map(\.status))
                if instances.allSatisfy(\.ready) { break }
            }
            #expect(states.last == [.ready, .ready, .ready])
            #expect(states.first?.contains(.booting) == true || states.first?.contains(.unknown) == true)
            let before = await nodes.services
            kill(try #require(before[1].pid), SIGKILL)
            #expect(
                await eventually {
                    let now = await nodes.services[1]
                    return now.state == .running && now.pid != before[1].pid
                })
            let after = await nodes.services
            #expect(after[0].pid == before[0].pid)
            #expect(after[2].pid == before[2].pid)
            #expect(after[1].lastExit?.signal == SIGKILL)
            #expect(try await nodes.restart(InstanceID(ordinal: 2)))
            let unknown = try await nodes.restart(InstanceID(ordinal: 9))
            #expect(!unknown)
            let family = await nodes.services.compactMap { $0.pid.flatMap { ProcessIdentity(of: $0) } }
            try await nodes.stop()
            #expect(family.count == 3)
            #expect(family.allSatisfy { !$0.isAlive && $0.livingSessionMembers().isEmpty })
        }
    }

    @Test("a node that always fails ends in error, with its last words in the log")
    func failing() async throws {
        try await withTemporaryFolder { folder in
            let nodes = try make(folder, count: 1, script: "echo broken engine >&2; exit 4")
            await nodes.start()
            for await instances in nodes.updates() where instances[0].status == .error { break }
            let status = await nodes.services[0]
            #expect(status.state == .error)
            #expect(status.lastExit?.exitCode == 4)
            #expect(status.lastError?.contains("broken engine") == true)
            #expect(await nodes.log(InstanceID(ordinal: 0)) == ["broken engine"])
            try await nodes.stop()
        }
    }

    @Test("after a good run a killed node is back at once, its crash is told as an event and kept across restarts")
    func toldAndKept() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/history.sqlite"
            let history = try HistoryStore(path: path)
            let policy = RestartPolicy(healthyUptime: .milliseconds(10), delays: [.seconds(600)])
            let nodes = try make(folder, count: 2, policy: policy, history: history)
            let events = nodes.events
            await nodes.start()
            #expect(await eventually { await nodes.services.allSatisfy { $0.state == .running } })
            try await Task.sleep(for: .milliseconds(50))
            let before = await nodes.services[1]
            let begun = ContinuousClock.now
            kill(try #require(before.pid), SIGKILL)
            #expect(await eventually { await nodes.services[1].restarts == 1 })
            #expect(.now - begun < .seconds(2))
            #expect(await eventually { await nodes.services[1].state == .running })
            #expect(.now - begun < .seconds(3))
            try await nodes.stop()
            await history.close()

            let told = await events.reduce(into: [FleetEvent]()) { $0.append($1) }
            #expect(Set(told.map(\.id)).count == told.count)
            let crashes = told.compactMap { event in if case .crash(let crash) = event.kind { crash } else { nil } }
            #expect(crashes.map(\.service) == ["instance-1"])
            #expect(crashes[0].signal == SIGKILL)
            let states = told.filter { $0.instance == InstanceID(ordinal: 1) }.compactMap { event in
                if case .service(let status) = event.kind { status.state } else { nil }
            }
            #expect(states == [.starting, .running, .restarting, .starting, .running, .stopping, .stopped])

            let later = try HistoryStore(path: path)
            #expect(try await later.crashes().map(\.crash) == crashes)
            #expect(try await later.services().map(\.status.state) == [.stopped, .stopped])
            let again = try make(folder, count: 2, history: later)
            await again.start()
            #expect(await again.services[1].lastExit == crashes[0])
            try await again.stop()
            await later.close()
        }
    }

    @Test("a node that gave up is readable as such by the next process")
    func errorIsKept() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/history.sqlite"
            let history = try HistoryStore(path: path)
            let nodes = try make(folder, count: 1, script: "echo broken engine >&2; exit 4", history: history)
            await nodes.start()
            #expect(await eventually { await nodes.services[0].state == .error })
            // The reader, as a hub that starts after this one was killed.
            let other = try HistoryStore(path: path)
            #expect(try await eventually { try await other.services().first?.status.state == .error })
            let kept = try await other.services()[0].status
            #expect(kept.failures == 3)
            #expect(kept.lastExit?.lastLines == ["broken engine"])
            #expect(kept.lastExit?.crashClass == .nonzeroExit)
            #expect(try await other.crashes().count == 3)
            try await nodes.stop()
            await other.close()
            await history.close()
        }
    }

    @Test("there can be more nodes and fewer: the lowest free numbers come, the highest go, the others run on")
    func scales() async throws {
        try await withTemporaryFolder { folder in
            let nodes = try make(folder, count: 1)
            await nodes.start()
            let seen = Task {
                var counts: [[String]] = []
                for await instances in nodes.updates() {
                    let ids = instances.map(\.id.rawValue)
                    if counts.last != ids { counts.append(ids) }
                }
                return counts
            }
            #expect(await eventually { await nodes.services.first?.state == .running })
            let first = try #require(await nodes.services[0].pid)
            try await nodes.scale(to: 3)
            #expect(await eventually { await nodes.services.filter { $0.state == .running }.count == 3 })
            let gone = await nodes.services.dropFirst().compactMap { $0.pid.flatMap { ProcessIdentity(of: $0) } }
            try await nodes.scale(to: 1)
            #expect(gone.count == 2 && gone.filter(\.isAlive).isEmpty)
            let left = await nodes.services
            #expect(left.map(\.name) == ["instance-0"] && left[0].pid == first)
            try await nodes.scale(to: 2)
            #expect(await eventually { await nodes.services.last?.state == .running })
            try await nodes.stop()
            let (one, two) = (["instance-0"], ["instance-0", "instance-1"])
            let counts = await seen.value
            // Readers get the newest set, so some in between may be missed; none comes back that had gone.
            #expect(counts.first == one && counts.contains(two + ["instance-2"]) && counts.last == two, "\(counts)")
            await #expect(throws: CancellationError.self) { try await nodes.scale(to: 5) }
        }
    }

    @Test("a node can be reached before its guest is up, and is ready only then")
    func listensFirst() async throws {
        try await withTemporaryFolder { folder in
            let script = """
                start=$(sed 's/.*) //' /proc/$$/stat | cut -d' ' -f20)
                for ready in false true; do
                    printf '{"pid":%s,"startTime":%s,"instanceId":"%s","port":4000,"url":"http://127.0.0.1:4000","ready":%s}' \
                        $$ "$start" "$1" $ready > "$2/node.json.new"
                    mv "$2/node.json.new" "$2/node.json"
                    while [ ! -e \(folder)/go ]; do sleep 0.02; done
                done
                exec sleep 100
                """
            let nodes = try make(folder, count: 1, script: script)
            await nodes.start()
            for await instances in nodes.updates() where instances[0].streamUrl != nil {
                #expect(instances[0].status == .booting && !instances[0].ready)
                break
            }
            #expect(await nodes.services[0].state == .starting)
            try Data().write(to: URL(filePath: folder + "/go"))
            for await instances in nodes.updates() where instances[0].ready { break }
            #expect(await nodes.services[0].state == .running)
            let pid = try #require(await nodes.services[0].pid)
            kill(pid, SIGKILL)
            for await instances in nodes.updates() where instances[0].streamUrl == nil { break }
            try await nodes.stop()
        }
    }

    @Test("nodes start side by side")
    func parallel() async throws {
        try await withTemporaryFolder { folder in
            let script = """
                start=$(sed 's/.*) //' /proc/$$/stat | cut -d' ' -f20)
                sleep 1
                printf '{"pid":%s,"startTime":%s,"instanceId":"%s","port":4000,"url":"http://127.0.0.1:4000"}' \
                    $$ "$start" "$1" > "$2/node.json.new"
                mv "$2/node.json.new" "$2/node.json"
                exec sleep 100
                """
            let nodes = try make(folder, count: 6, script: script)
            let begun = ContinuousClock.now
            await nodes.start()
            #expect(await eventually { await nodes.services.allSatisfy { $0.state == .running } })
            #expect(.now - begun < .seconds(3))
            try await nodes.stop()
        }
    }

    @Test("a node that is stopped by SIGSTOP is mended by starting it again, without a crash")
    func recover() async throws {
        try await withTemporaryFolder { folder in
            let nodes = try make(folder, count: 1)
            await nodes.start()
            #expect(await eventually { await nodes.services[0].state == .running })
            let before = try #require(await nodes.services[0].pid)
            kill(before, SIGSTOP)
            let begun = ContinuousClock.now
            try await nodes.recover(InstanceID(ordinal: 0), .node)
            #expect(.now - begun < .seconds(5))
            let after = await nodes.services[0]
            #expect(after.state == .running)
            #expect(after.pid != before)
            #expect(after.lastExit == nil)
            let id = InstanceID(ordinal: 0)
            await #expect(throws: RecoveryError.unsupported(id, .qemu)) { try await nodes.recover(id, .qemu) }
            let other = InstanceID(ordinal: 9)
            await #expect(throws: RecoveryError.unknown(other)) { try await nodes.recover(other, .node) }
            try await nodes.stop()
        }
    }
}
