import Foundation

/// A network namespace of our own, joined to the machine's by one link that can be slowed down. Nothing in it reaches
/// any other network.
struct NetworkNamespace: Sendable {
    private let name: String
    private let outer: String
    /// This side's address.
    let outerAddress: String
    /// The namespace's.
    let innerAddress: String

    private init() {
        let pid = getpid()
        name = "loco-bench-\(pid)"
        outer = "lb\(pid)"
        // 198.18.0.0/15 is for benchmarks (RFC 2544).
        let network = "198.18.\(pid % 256)"
        outerAddress = network + ".1"
        innerAddress = network + ".2"
    }

    /// Starts a program in it.
    var prefix: [String] { ["/usr/bin/env", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "ip", "netns", "exec", name] }

    /// Makes one, lends it, and removes it, whatever happens.
    static func with<R>(_ body: (NetworkNamespace) async throws -> R) async throws -> R {
        let namespace = NetworkNamespace()
        let outcome: Result<R, any Error>
        do {
            try namespace.make()
            outcome = .success(try await body(namespace))
        } catch { outcome = .failure(error) }
        let removed = Result { try SystemTool.run(["ip", "netns", "delete", namespace.name]) }
        let result = try outcome.get()
        _ = try removed.get()
        return result
    }

    /// Lets no more than that through to the namespace.
    ///
    /// - Parameter queue: what may wait, in ms of the link; more is dropped.
    func shape(kilobits: Int, queue: Int) throws {
        try SystemTool.run([
            "tc", "qdisc", "replace", "dev", outer, "root", "tbf", "rate", "\(kilobits)kbit", "burst", "3000",
            "latency", "\(queue)ms",
        ])
    }

    /// Lets everything through again.
    func unshape() throws { try SystemTool.run(["tc", "qdisc", "delete", "dev", outer, "root"]) }

    private func make() throws {
        let inner = outer + "i"
        try SystemTool.run(["ip", "netns", "add", name])
        try SystemTool.run(["ip", "link", "add", outer, "type", "veth", "peer", "name", inner, "netns", name])
        try SystemTool.run(["ip", "address", "add", outerAddress + "/30", "dev", outer])
        try SystemTool.run(["ip", "link", "set", outer, "up"])
        for command in [
            ["address", "add", innerAddress + "/30", "dev", inner], ["link", "set", inner, "up"],
            ["link", "set", "lo", "up"],
        ] {
            try SystemTool.run(["ip", "-netns", name] + command)
        }
    }
}
