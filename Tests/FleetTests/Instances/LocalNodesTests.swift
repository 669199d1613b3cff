import Foundation
import Testing

@testable import Fleet

/// Nodes played by a small script that writes `node.json` as a node does.
@Suite("LocalNodes", .timeLimit(.minutes(1)))
struct LocalNodesTests {
    private func make(_ folder: String, count: Int, script: String? = nil) throws -> LocalNodes {
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
            policy: RestartPolicy(delays: [.milliseconds(100)], maximumFailures: 3), startDeadline: .seconds(10),
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
}
