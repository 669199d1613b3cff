import Foundation
import Testing

@testable import Fleet

@Suite(.timeLimit(.minutes(1)))
struct KubernetesClusterTests {
    private func settings(_ change: (inout KubernetesCluster.Settings) -> Void = { _ in }) -> KubernetesCluster.Settings
    {
        var settings = KubernetesCluster.Settings()
        settings.selector = "app.kubernetes.io/component=emulator,app.kubernetes.io/part-of=lego-loco-cluster"
        settings.statefulSet = "loco-emulator"
        change(&settings)
        return settings
    }

    @Test func `inside a cluster all is found by itself`() async throws {
        try await withTemporaryFolder { path in try check(account: path) }
    }

    private func check(account: String) throws {
        try Data("games\n".utf8).write(to: URL(filePath: "\(account)/namespace"))
        var environment = ["KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "6443"]
        let cluster = try KubernetesCluster(settings(), environment: environment, account: account)
        #expect(cluster.api == "https://10.96.0.1:6443" && cluster.namespace == "games")
        #expect(cluster.tokenFile == "/var/run/secrets/kubernetes.io/serviceaccount/token")
        #expect(cluster.labels["app.kubernetes.io/component"] == "emulator" && cluster.labels.count == 2)
        environment["KUBERNETES_NAMESPACE"] = "other"
        environment["KUBERNETES_SERVICE_HOST"] = "fd00::1"
        let second = try KubernetesCluster(settings(), environment: environment, account: account)
        #expect(second.namespace == "other" && second.api == "https://[fd00::1]:6443")
        let third = try KubernetesCluster(
            settings { $0.namespace = "set" }, environment: environment, account: account)
        #expect(third.namespace == "set")
        #expect(
            try KubernetesCluster(settings { $0.api = "http://127.0.0.1:8001/" }, environment: [:], account: "/none")
                == KubernetesCluster(settings { $0.api = "http://127.0.0.1:8001" }, environment: [:], account: "/none"))
    }

    @Test(arguments: [
        ("", "KUBERNETES_SERVICE_HOST is not set"), ("http://10.0.0.1:8080", "would send the token in the open"),
        ("ftp://127.0.0.1", "is no URL"), ("https://u:p@127.0.0.1", "is no URL"), ("nonsense", "is no URL"),
        ("http://127.0.0.1.evil.example", "in the open"),
    ])
    func `an API that cannot be used is refused with the remedy`(api: String, words: String) throws {
        #expect {
            try KubernetesCluster(settings { $0.api = api }, environment: [:])
        } throws: {
            "\($0)".contains(words)
        }
    }

    @Test(arguments: ["../kube-system", "A", "a/b", "x y"])
    func `a name that would change the path is refused`(name: String) {
        #expect(throws: KubernetesError.self) {
            try KubernetesCluster(
                settings { ($0.api, $0.namespace) = ("http://127.0.0.1:1", name) }, environment: [:])
        }
        #expect(throws: KubernetesError.self) {
            try KubernetesCluster(
                settings { ($0.api, $0.statefulSet) = ("http://127.0.0.1:1", name) }, environment: [:])
        }
    }
}
