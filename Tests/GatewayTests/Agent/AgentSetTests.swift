import Fleet
import Foundation
import Logging
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct AgentSetTests {
    private let hosts = ["a", "b", "c"].map { Inventory.Host(name: $0, host: "10.0.0.\($0)", port: 8081) }

    /// An agent's answer with nodes of these numbers, as it comes over the wire.
    private func jobs(
        _ numbers: [Int], state: String = "running", port: Int? = 3100, ready: Bool? = nil
    ) -> Result<[JobStatus], AgentProblem> {
        let ready = ready.map { ",\"ready\":\($0)" } ?? ""
        let all = numbers.map { number in
            """
            {"job_id":"instance-\(number)","name":"loco","state":"\(state)","pid":7,"exe":"loco","args":[],"hung":false,
             "kept_up":true,"restarts":0,"node":{"instance":"instance-\(number)","number":\(number),"port":\(port.map(String.init) ?? "null")\(ready)}}
            """
        }
        let text = "[\(all.joined(separator: ","))]"
        return Result { try JSON.decode([JobStatus].self, from: Data(text.utf8)) }.mapError { error in
            .unreachable(host: "test", reason: "\(error)")
        }
    }

    private let cut = Result<[JobStatus], AgentProblem>.failure(.unreachable(host: "a", reason: "no answer"))

    @Test func `nodes become instances with their host's address`() throws {
        var set = AgentSet(hosts)
        set.take(jobs([1, 0]), of: hosts[0])
        #expect(set.instances.map(\.id.rawValue) == ["instance-0", "instance-1"])
        #expect(set.instances[0].streamUrl == "http://10.0.0.a:3100" && set.instances[0].status == .ready)
        #expect(set.instances[0].host == .init(name: "a", address: "10.0.0.a", reachable: true))
        set.take(jobs([0], port: nil), of: hosts[0])
        #expect(set.instances.map(\.status) == [.booting] && set.instances[0].streamUrl == nil)
        // It serves before its guest is up, and tells how far that is.
        set.take(jobs([0], ready: false), of: hosts[0])
        #expect(set.instances.map(\.status) == [.booting] && !set.instances[0].ready)
        #expect(set.instances[0].streamUrl == "http://10.0.0.a:3100")
        set.take(jobs([0], ready: true), of: hosts[0])
        #expect(set.instances.map(\.ready) == [true])
    }

    @Test func `what a host had is remembered until it tells itself, with its numbers`() throws {
        var before = AgentSet(hosts)
        before.take(jobs([0]), of: hosts[1])
        before.take(jobs([0, 3]), of: hosts[0])
        before.take(jobs([7]), of: hosts[2])
        before.leaving.insert(InstanceID(ordinal: 7))
        // The one that is ignored, and the one that goes, are nobody's memory.
        #expect(before.memory.map { $0.nodes.map(\.id.rawValue) } == [["instance-3"], ["instance-0"]])
        let folder = NSTemporaryDirectory() + "lm-\(UInt32.random(in: .min ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let memory = HostMemory(path: folder)
        #expect(try memory.load(of: hosts).isEmpty)
        try memory.save(before.memory)
        // A host that has another address now is another one.
        var moved = hosts
        moved[1].host = "10.0.0.99"
        #expect(try memory.load(of: moved).keys.map(\.name) == ["a"])

        var set = AgentSet(hosts, remembered: try memory.load(of: hosts))
        #expect(set.instances.map(\.id.rawValue) == ["instance-0", "instance-3"])
        #expect(set.instances.map(\.host?.name) == ["b", "a"])
        #expect(set.instances[0].streamUrl == "http://10.0.0.b:3100" && !set.isStale)
        set.take(jobs([0, 1]), of: hosts[0])
        for _ in 0..<2 { set.take(cut, of: hosts[1]) }
        #expect(set.instances.map(\.id.rawValue) == ["instance-0", "instance-1"])
        #expect(set.instances.map(\.host?.name) == ["b", "a"])
        #expect(set.instances.map(\.host?.reachable) == [false, true])
        #expect(set.isStale)
        // Neither are its numbers given away, nor can it lose one.
        #expect(try set.steps(to: 3) == [.start(number: 2, on: hosts[0])])
        #expect(throws: ScaleError.unreachable(InstanceID(ordinal: 0), host: "b")) { try set.steps(to: 0) }
        set.take(jobs([]), of: hosts[1])
        #expect(set.instances.map(\.host?.name) == ["a", "a"] && !set.isStale)
    }

    @Test func `a memory that cannot be read is told, and keeps no hub from starting`() async throws {
        let path = NSTemporaryDirectory() + "lm-\(UInt32.random(in: .min ... .max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("{".utf8).write(to: URL(filePath: path))
        let memory = HostMemory(path: path)
        #expect(throws: RunDirectoryError.self) { try memory.load(of: hosts) }
        let inventory = Inventory(token: nil, hosts: hosts)
        let source = AgentSource(
            inventory, token: nil, environment: [:], memory: memory,
            logger: Logger(label: "x") { _ in SwiftLogNoOpLogHandler() })
        #expect(await source.services.isEmpty)
        try await source.stop()
    }

    @Test func `instances of a host that does not answer stay, and are marked`() {
        var set = AgentSet(hosts)
        set.take(jobs([0]), of: hosts[0])
        set.take(jobs([1]), of: hosts[1])
        let before = set.instances
        set.take(cut, of: hosts[0])
        // One answer that is missing says nothing yet.
        #expect(set.instances == before)
        set.take(cut, of: hosts[0])
        #expect(set.instances.map(\.streamUrl) == before.map(\.streamUrl))
        #expect(set.instances.map(\.host?.reachable) == [false, true])
        #expect(set.problem?.contains("a is unreachable") == true)
        set.take(jobs([0]), of: hosts[0])
        #expect(set.instances == before && set.problem == nil)
    }

    @Test func `of two hosts with one number the first keeps it, whoever answers later, and it is told`() {
        var set = AgentSet(hosts)
        set.take(jobs([0]), of: hosts[1])
        set.take(jobs([0]), of: hosts[0])
        #expect(set.instances.map(\.host?.name) == ["b"])
        #expect(set.clashes == [.init(instance: InstanceID(ordinal: 0), kept: "b", ignored: "a")])
        #expect(set.problem?.contains("instance-0 runs on b and on a") == true)
        set.take(jobs([]), of: hosts[1])
        #expect(set.instances.map(\.host?.name) == ["a"] && set.clashes.isEmpty)
    }

    @Test func `new instances take the lowest free numbers and go to the hosts with the fewest`() throws {
        var set = AgentSet(hosts)
        set.take(jobs([0, 3]), of: hosts[0])
        set.take(jobs([1]), of: hosts[1])
        set.take(jobs([]), of: hosts[2])
        #expect(
            try set.steps(to: 6) == [
                .start(number: 2, on: hosts[2]), .start(number: 4, on: hosts[1]), .start(number: 5, on: hosts[2]),
            ])
        #expect(try set.steps(to: 3).isEmpty)
    }

    @Test func `those with the highest numbers go first`() throws {
        var set = AgentSet(hosts)
        set.take(jobs([0, 10]), of: hosts[0])
        set.take(jobs([9]), of: hosts[1])
        #expect(
            try set.steps(to: 1) == [
                .stop(InstanceID(ordinal: 10), on: hosts[0]), .stop(InstanceID(ordinal: 9), on: hosts[1]),
            ])
    }

    @Test func `a host that cannot be reached gets no instance and loses none, and keeps its numbers`() throws {
        var set = AgentSet(hosts)
        set.take(jobs([0, 5]), of: hosts[0])
        set.take(jobs([1]), of: hosts[1])
        for _ in 0..<2 { set.take(cut, of: hosts[0]) }
        #expect(try set.steps(to: 4) == [.start(number: 2, on: hosts[1])])
        #expect(throws: ScaleError.unreachable(InstanceID(ordinal: 5), host: "a")) { try set.steps(to: 2) }
        var alone = AgentSet([hosts[0]])
        #expect(throws: ScaleError.noHost) { try alone.steps(to: 1) }
        alone.take(cut, of: hosts[0])
        #expect(throws: ScaleError.noHost) { try alone.steps(to: 1) }
    }

    @Test func `an instance that is being taken away is told of no more, also while its node still ends`() throws {
        var set = AgentSet(hosts)
        set.take(jobs([0, 1]), of: hosts[0])
        set.leaving.insert(InstanceID(ordinal: 1))
        set.take(jobs([0, 1], state: "stopping"), of: hosts[0])
        #expect(set.instances.map(\.id.rawValue) == ["instance-0"])
        // Gone, and started anew by somebody: it is another one.
        set.take(jobs([0]), of: hosts[0])
        set.take(jobs([0, 1]), of: hosts[0])
        #expect(set.instances.count == 2)
    }
}
