import Fleet
import Foundation
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct AgentSetTests {
    private let hosts = ["a", "b", "c"].map { Inventory.Host(name: $0, host: "10.0.0.\($0)", port: 8081) }

    /// An agent's answer with nodes of these numbers, as it comes over the wire.
    private func jobs(_ numbers: [Int], state: String = "running", port: Int? = 3100) -> Result<
        [JobStatus], AgentProblem
    > {
        let all = numbers.map { number in
            """
            {"job_id":"instance-\(number)","name":"loco","state":"\(state)","pid":7,"exe":"loco","args":[],"hung":false,
             "kept_up":true,"restarts":0,"node":{"instance":"instance-\(number)","number":\(number),"port":\(port.map(String.init) ?? "null")}}
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
