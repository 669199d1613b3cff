import NIOCore
import NIOPosix

/// Signaling sockets that are opened and closed together.
actor SignalCrowd {
    /// How many are being opened at the same time.
    private static let parallel = 16
    nonisolated let counts = SignalCounts()
    private let port: Int
    private let group: MultiThreadedEventLoopGroup
    private(set) var sockets: [CrowdSocket] = []

    private init(port: Int) {
        self.port = port
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    }

    /// Lends a crowd and makes it leave afterwards, whatever happens.
    static func with<R: Sendable>(port: Int, _ body: (SignalCrowd) async throws -> R) async throws -> R {
        let crowd = SignalCrowd(port: port)
        let outcome: Result<R, any Error>
        do { outcome = .success(try await body(crowd)) } catch { outcome = .failure(error) }
        // In a task of its own: it must not be cut short when the measurement is.
        await Task { await crowd.end() }.value
        return try outcome.get()
    }

    /// Opens more sockets until there are so many.
    ///
    /// - Returns: how long each of them took, in ms.
    /// - Throws: `BenchError.noSocket` with the first that could not be opened; the others stay.
    func grow(to count: Int) async throws -> [Double] {
        var times: [Double] = []
        let (port, group, counts) = (port, group, counts)
        try await withThrowingTaskGroup(of: CrowdSocket.self) { tasks in
            var left = max(0, count - sockets.count)
            for _ in 0..<min(Self.parallel, left) {
                tasks.addTask { try await CrowdSocket(port: port, group: group, counts: counts) }
                left -= 1
            }
            while let socket = try await tasks.next() {
                sockets.append(socket)
                times.append(socket.joinMilliseconds)
                try Task.checkCancellation()
                guard left > 0 else { continue }
                left -= 1
                tasks.addTask { try await CrowdSocket(port: port, group: group, counts: counts) }
            }
        }
        return times
    }

    /// Closes all of them.
    func leave() async {
        let leaving = sockets
        sockets = []
        await withTaskGroup(of: Void.self) { tasks in
            for socket in leaving { tasks.addTask { await socket.leave() } }
        }
    }

    private func end() async {
        await leave()
        do { try await group.shutdownGracefully() } catch { ProgressLine.show("sockets did not close: \(error)") }
    }
}
