import Fleet
import Foundation
import Logging
import NIOCore
import Synchronization

@testable import Gateway

/// A source on a fake API server, and what it published so far.
final class KubernetesFixture: Sendable {
    let server: FakeAPIServer
    let client: KubernetesClient
    let source: KubernetesSource
    private let sets = Mutex<[[Instance]]>([])

    init(_ server: FakeAPIServer, _ client: KubernetesClient, _ source: KubernetesSource) {
        (self.server, self.client, self.source) = (server, client, source)
    }

    /// All sets that were published, one after the other.
    var published: [[Instance]] { sets.withLock { $0 } }
    /// The numbers of the newest set.
    var numbers: [Int] { published.last?.compactMap(\.id.ordinal) ?? [] }

    fileprivate func note(_ set: [Instance]) { sets.withLock { $0.append(set) } }
}

/// Limits for tests: as in life, with shorter times.
func quickLimits() -> KubernetesSource.Limits {
    var limits = KubernetesSource.Limits()
    func set<Object>(_ one: inout KubernetesReflector<Object>.Limits) {
        one.watch = .seconds(30)
        one.backoff = KubernetesBackoff(first: .milliseconds(20), longest: .milliseconds(100))
        one.working = .milliseconds(100)
    }
    set(&limits.pods)
    set(&limits.sets)
    set(&limits.services)
    return limits
}

func cluster(_ url: String, tokenFile: String = "", caFile: String = "") throws -> KubernetesCluster {
    var settings = LocoConfiguration(try ResolvedConfiguration()).kubernetes
    (settings.api, settings.tokenFile, settings.caFile) = (url, tokenFile, caFile)
    settings.namespace = "loco"
    return try KubernetesCluster(settings, environment: [:], account: "/nonexistent")
}

/// Runs a source on an API server with that many pods.
func withKubernetes(
    pods: Int = 0, tokenFile: String = "", limits: KubernetesSource.Limits = quickLimits(),
    requests: KubernetesClient.Limits = .init(),
    prepare: @Sendable (FakeAPIServer) -> Void = { _ in },
    _ body: @Sendable (KubernetesFixture) async throws -> Void
) async throws {
    try await withAPIServer(pods: pods) { server in
        prepare(server)
        let client = KubernetesClient(try cluster(server.url, tokenFile: tokenFile), limits: requests)
        let source = KubernetesSource(
            client, limits: limits, logger: Logger(label: "k") { _ in SwiftLogNoOpLogHandler() })
        let fixture = KubernetesFixture(server, client, source)
        let reading = Task { for await set in source.updates() { fixture.note(set) } }
        await source.start()
        do { try await body(fixture) } catch {
            await source.stop()
            await reading.value
            throw error
        }
        await source.stop()
        await reading.value
    }
}
