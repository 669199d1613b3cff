import Fleet
import Foundation

/// What the agents of a fleet tell, put together: the instances, and what contradicts itself. Pure.
struct AgentSet: Sendable {
    /// What is known of one host.
    struct Host: Sendable {
        let host: Inventory.Host
        /// Its agent's last answer.
        var jobs: [JobStatus] = []
        /// Why it did not answer last; nil when it did.
        var problem: AgentProblem?
        /// Tries in a row without an answer.
        var misses = 0
        /// It has answered at least once.
        var isKnown = false

        /// Whether its agent answers. One missed answer says nothing.
        var isReachable: Bool { isKnown && misses < 2 }
        /// Nothing comes from it any more, and what it had is what is remembered.
        var isStale: Bool { misses >= 2 && !nodes.isEmpty }

        /// Its nodes that nobody wanted to end.
        var nodes: [(job: JobStatus, node: JobStatus.Node)] {
            jobs.compactMap { job in
                guard let node = job.node, job.isKeptUp else { return nil }
                return (job, node)
            }
        }
    }

    /// The same node on two hosts.
    struct Clash: Sendable, Equatable, CustomStringConvertible {
        let instance: InstanceID
        let kept: String
        let ignored: String
        var description: String {
            "\(instance) runs on \(kept) and on \(ignored), which is ignored: stop one of them, or give it another number"
        }
    }

    /// In the inventory's order.
    var hosts: [Host]
    /// Instances that are being taken away: they are not told of any more.
    var leaving: Set<InstanceID> = []
    /// Who has which instance; the first who had it keeps it.
    private(set) var seats: [InstanceID: Inventory.Host] = [:]
    /// What contradicts itself.
    private(set) var clashes: [Clash] = []

    /// - Parameter remembered: what an earlier hub saw there, until they tell themselves.
    init(_ hosts: [Inventory.Host], remembered: [Inventory.Host: [JobStatus]] = [:]) {
        self.hosts = hosts.map { Host(host: $0, jobs: remembered[$0] ?? []) }
        seat()
    }

    /// What is to be remembered: of each host the nodes that are its own, as far as it is not measured anew each second.
    var memory: [HostMemory.Entry] {
        hosts.compactMap { host in
            let own = host.nodes.filter { seats[$0.node.instance] == host.host && !leaving.contains($0.node.instance) }
            let nodes = own.map { node in
                var job = node.job
                (job.cpuPercent, job.memoryMB, job.isHung, job.arguments) = (nil, nil, false, [])
                return job
            }
            return nodes.isEmpty ? nil : HostMemory.Entry(host.host, nodes: nodes)
        }
    }

    /// Whether of some of the instances only the last known state is told.
    var isStale: Bool { hosts.contains(where: \.isStale) }

    /// Takes an agent's answer.
    mutating func take(_ answer: Result<[JobStatus], AgentProblem>, of host: Inventory.Host) {
        guard let index = hosts.firstIndex(where: { $0.host == host }) else { return }
        switch answer {
        case .success(let jobs):
            hosts[index].jobs = jobs
            (hosts[index].problem, hosts[index].misses, hosts[index].isKnown) = (nil, 0, true)
            let there = Set(hosts.flatMap { $0.nodes.map(\.node.instance) })
            leaving.formIntersection(there)
        case .failure(let problem):
            hosts[index].problem = problem
            hosts[index].misses += 1
        }
        seat()
    }

    private mutating func seat() {
        var claims: [InstanceID: [Inventory.Host]] = [:]
        for host in hosts { for one in host.nodes { claims[one.node.instance, default: []].append(host.host) } }
        seats = claims.mapValues { $0[0] }.merging(
            seats.filter { claims[$0.key]?.contains($0.value) == true }
        ) { $1 }
        clashes = claims.sorted { $0.key < $1.key }.flatMap { instance, claimants in
            claimants.filter { $0 != seats[instance] }.map {
                Clash(instance: instance, kept: seats[instance]?.name ?? "", ignored: $0.name)
            }
        }
    }

    /// The instances, by id.
    var instances: [Instance] {
        hosts.flatMap { host in
            host.nodes.filter { seats[$0.node.instance] == host.host && !leaving.contains($0.node.instance) }
                .map { Self.instance($0.job, $0.node, host) }
        }
        .sorted { $0.id < $1.id }
    }

    private static func instance(_ job: JobStatus, _ node: JobStatus.Node, _ host: Host) -> Instance {
        let status: InstanceStatus =
            switch job.state {
            case .running where node.isUp: .ready
            case .starting, .running: .booting
            case .failed where job.nextStart == nil: .error
            case .failed, .exited: .booting
            case .stopping: .unknown
            }
        var instance = Instance(
            id: node.instance, name: "Guest \(node.number)", description: "a guest on \(host.host.name)",
            status: status, discoveredAt: job.startedAt ?? Date(timeIntervalSince1970: 0))
        if let port = node.port {
            instance.streamUrl = host.host.url(port: port)
            instance.healthUrl = host.host.url(port: port) + "/health"
        }
        instance.ready = status == .ready
        // Of one that is only remembered nothing bad is known before it was asked.
        let isReachable = host.isReachable || !host.isKnown && host.misses < 2
        instance.host = .init(name: host.host.name, address: host.host.host, reachable: isReachable)
        return instance
    }

    /// The state of nodes as processes.
    var services: [ServiceStatus] {
        hosts.flatMap { host in
            host.nodes.filter { seats[$0.node.instance] == host.host }.map { Self.service($0.job, $0.node) }
        }
    }

    private static func service(_ job: JobStatus, _ node: JobStatus.Node) -> ServiceStatus {
        var status = ServiceStatus(name: node.instance.rawValue)
        status.state =
            switch job.state {
            case .starting: .starting
            case .running: .running
            case .stopping: .stopping
            case .exited, .failed: job.nextStart == nil ? .error : .restarting
            }
        status.pid = job.pid
        status.runningSince = job.state == .running ? job.startedAt : nil
        (status.restarts, status.nextStart, status.lastExit) = (job.restarts, job.nextStart, job.lastCrash)
        status.lastError = job.error
        return status
    }

    /// What keeps it from seeing everything; nil when nothing does.
    var problem: String? {
        let all = hosts.compactMap { $0.problem.map { "\($0)" } } + clashes.map { "\($0)" }
        return all.isEmpty ? nil : all.joined(separator: "; ")
    }

    /// A step towards another number of instances.
    enum Step: Sendable, Equatable {
        case start(number: Int, on: Inventory.Host)
        case stop(InstanceID, on: Inventory.Host)
    }

    /// What has to be done for so many instances: new ones get the lowest numbers that are free and come to the hosts
    /// with the fewest, the first of these in the inventory; those with the highest numbers go first.
    ///
    /// - Throws: ``ScaleError`` where no host is left to start one, or the one to end cannot be reached.
    func steps(to replicas: Int) throws(ScaleError) -> [Step] {
        let present = seats.filter { !leaving.contains($0.key) }
        if replicas < present.count {
            var steps: [Step] = []
            for (id, host) in present.sorted(by: { $0.key > $1.key }).prefix(present.count - replicas) {
                guard hosts.first(where: { $0.host == host })?.isReachable == true else {
                    throw .unreachable(id, host: host.name)
                }
                steps.append(.stop(id, on: host))
            }
            return steps
        }
        var load = hosts.filter(\.isReachable).map { host in
            (host: host.host, count: present.values.filter { $0 == host.host }.count)
        }
        guard replicas == present.count || !load.isEmpty else { throw .noHost }
        // Also those of jobs that ended: their names are taken only while they live, but nobody expects them elsewhere.
        var taken = Set(seats.keys.compactMap(\.ordinal))
        var steps: [Step] = []
        for _ in present.count..<replicas {
            let number = (0...).first { !taken.contains($0) } ?? 0
            taken.insert(number)
            let index = load.indices.min { load[$0].count < load[$1].count } ?? 0
            load[index].count += 1
            steps.append(.start(number: number, on: load[index].host))
        }
        return steps
    }
}
