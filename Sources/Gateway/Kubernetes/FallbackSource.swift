import Fleet
import Foundation

/// A cluster's instances, and a file's for as long as the cluster has never been seen. What a cluster has told once stays,
/// also while it is away: its pods go on without its API.
actor FallbackSource: InstanceSource {
    private let cluster: KubernetesSource
    private let file: StaticInstanceSource
    private let patience: Duration
    private nonisolated let board = InstanceBoard()
    private var listed: [Instance]?
    private var hasCluster = false
    private var gaveUp = false
    private var tasks: [Task<Void, Never>] = []

    /// - Parameter patience: how long the cluster is awaited that neither answers nor fails.
    init(_ cluster: KubernetesSource, file: StaticInstanceSource, patience: Duration = .seconds(5)) {
        self.cluster = cluster
        self.file = file
        self.patience = patience
    }

    /// The file's instances are what is told.
    var isFallback: Bool { gaveUp && !hasCluster }

    nonisolated func updates() -> AsyncStream<[Instance]> { board.updates() }

    /// Begins with both.
    /// - Throws: `InstanceFileError` for a file that is wrong at the start.
    func start() async throws {
        try await file.start()
        await cluster.start()
        tasks = [
            Task { for await found in cluster.updates() { self.take(cluster: found) } },
            Task { for await found in file.updates() { self.take(file: found) } },
            Task { await self.awaitCluster() },
        ]
    }

    /// Ends both.
    func stop() async {
        for task in tasks { task.cancel() }
        await cluster.stop()
        await file.stop()
        for task in tasks { await task.value }
        board.finish()
    }

    /// Looks at the cluster again; where it has never been seen, at the file too.
    /// - Throws: what keeps it from seeing.
    func refresh() async throws {
        if isFallback {
            await file.refresh()
            if let error = await file.lastError { throw error }
        }
        try await cluster.refresh()
    }

    private func take(cluster found: [Instance]) {
        hasCluster = true
        board.publish(found)
    }

    private func take(file found: [Instance]) {
        listed = found
        if isFallback { board.publish(found) }
    }

    private func awaitCluster() async {
        let deadline = ContinuousClock.now + patience
        while ContinuousClock.now < deadline, !hasCluster, await cluster.standing.lastError == nil {
            guard (try? await Task.sleep(for: .milliseconds(50))) != nil else { return }
        }
        gaveUp = true
        if isFallback, let listed { board.publish(listed) }
    }
}
