import Fleet
import Foundation
import Logging
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct KubernetesSourceTests {
    /// The bar for a new or lost pod.
    private static let soon = Duration.seconds(1)

    @Test(arguments: [true, false])
    func `one, three, nine, one: the right set within a second, no duplicate and no flap`(seesSets: Bool) async throws {
        try await withKubernetes(pods: 1) { server in
            if !seesSets {
                server.set(fault: .status(403, fixture: "error-403-endpointslices.json", on: "list statefulsets"))
            }
        } _: { kube in
            try await eventually("one pod is seen") { kube.numbers == [0] }
            for count in [3, 9, 1] {
                let before = kube.published.count
                kube.server.scale(count)
                try await eventually("\(count) pods are seen", within: Self.soon) { kube.numbers == Array(0..<count) }
                let since = kube.published.dropFirst(before).map { $0.compactMap(\.id.ordinal) }
                for set in since { #expect(Set(set).count == set.count && set == set.sorted()) }
                let counts = [kube.published[before - 1].count] + since.map(\.count)
                #expect(counts == counts.sorted() || counts == counts.sorted(by: >), "\(counts)")
            }
            try await Task.sleep(for: .milliseconds(700))
            #expect(kube.numbers == [0])
            let standing = await kube.source.standing
            #expect(!standing.isStale && standing.services == ["loco-emulator"])
            #expect((standing.lastError?.contains("list statefulsets") == true) == !seesSets)
        }
    }

    @Test func `a thousand pods are listed by pages, and change as one set`() async throws {
        try await withKubernetes(pods: 1000) { kube in
            try await eventually("all are seen", within: .seconds(20)) { kube.numbers.count == 1000 }
            #expect(kube.published.count <= 3, "a list is one set")
            let pages = kube.server.requests.filter { $0.permission == "list pods" }
            #expect(pages.count == 4 && pages.allSatisfy { $0.query["limit"] == "250" })
            #expect(pages.allSatisfy { $0.query["labelSelector"]?.contains("component=emulator") == true })
            let before = kube.published.count
            kube.server.scale(900)
            try await eventually("a hundred are gone", within: .seconds(10)) { kube.numbers.count == 900 }
            #expect(kube.published.count - before <= 50, "events that come together are gathered")
        }
    }

    @Test func `a page that is out of date begins the list anew`() async throws {
        var limits = quickLimits()
        limits.pods.page = 4
        try await withKubernetes(pods: 9, limits: limits) {
            $0.set(expiredPages: 2)
        } _: { kube in
            try await eventually("all are seen") { kube.numbers == Array(0..<9) }
            let pages: [Bool] = kube.server.requests.compactMap { request in
                request.permission == "list pods" ? request.query["continue"] != nil : nil
            }
            // A first page, and one that is refused, twice; then all three.
            let expected = [false, true, false, true, false, true, true]
            #expect(pages == expected)
        }
    }

    @Test func `a watch that ends is resumed from where it came to, without a new list`() async throws {
        try await withKubernetes(pods: 2) { kube in
            try await eventually("it watches") { kube.server.watchers == 1 && kube.numbers.count == 2 }
            kube.server.scale(3)
            try await eventually("three are seen") { kube.numbers.count == 3 }
            kube.server.bookmark()
            try await Task.sleep(for: .milliseconds(150))
            kube.server.endWatches()
            try await eventually("it watches again") { kube.server.watchers == 1 }
            kube.server.scale(5)
            try await eventually("five are seen", within: Self.soon) { kube.numbers.count == 5 }
            let requests = kube.server.requests
            #expect(requests.count { $0.permission == "list pods" } == 1)
            let versions = requests.filter { $0.permission == "watch pods" }
                .compactMap { $0.query["resourceVersion"].flatMap(Int.init) }
            #expect(versions.count == 2 && versions[1] > versions[0])
            #expect(requests.allSatisfy { $0.permission != "watch pods" || $0.query["allowWatchBookmarks"] == "true" })
        }
    }

    @Test func `a line that comes in pieces is one event, and one that is cut comes again`() async throws {
        try await withKubernetes(pods: 1) { kube in
            try await eventually("it watches") { kube.server.watchers == 1 && kube.numbers == [0] }
            kube.server.set(fault: .pieces)
            kube.server.scale(3)
            try await eventually("three are seen", within: Self.soon) { kube.numbers == [0, 1, 2] }
            kube.server.set(fault: .cut)
            kube.server.change { [$0.put("pods", "loco-emulator-3", $0.makePod(3))] }
            try await eventually("the fourth is seen", within: Self.soon) { kube.numbers == [0, 1, 2, 3] }
            #expect(kube.server.requests.count { $0.permission == "list pods" } == 1)
        }
    }

    @Test func `a version that is out of date is answered with a new list, whose absences count`() async throws {
        try await withKubernetes(pods: 3) { kube in
            try await eventually("it watches") { kube.server.watchers == 1 && kube.numbers.count == 3 }
            await kube.server.stop()
            kube.server.scale(1)
            kube.server.change {
                $0.compact()
                return []
            }
            try await kube.server.start()
            try await eventually("one is left") { kube.numbers == [0] }
            try await eventually("it watches again") { kube.server.watchers == 1 }
            kube.server.scale(2)
            try await eventually("it sees what comes", within: Self.soon) { kube.numbers == [0, 1] }
        }
    }

    @Test func `a version from the future is given up for a new list`() async throws {
        try await withKubernetes(pods: 2) {
            $0.set(fault: .status(504, fixture: "error-504-future-resource-version.json", on: "watch pods"))
        } _: { kube in
            try await eventually("it lists again") { kube.server.requests.count { $0.permission == "list pods" } >= 2 }
            kube.server.set(fault: nil)
            try await eventually("it watches") { kube.server.watchers == 1 }
            #expect(kube.numbers == [0, 1])
        }
    }

    @Test func `while the API is away the last known set stays and is stale; it catches up afterwards`() async throws {
        try await withKubernetes(pods: 3) { kube in
            try await eventually("it watches") { kube.server.watchers == 1 && kube.numbers.count == 3 }
            let contact = await kube.source.standing.lastContact
            await kube.server.stop()
            try await eventually("it is stale") { await kube.source.standing.isStale }
            let standing = await kube.source.standing
            #expect(standing.lastError?.contains(kube.server.url) == true, "\(standing)")
            #expect(standing.lastContact == contact)
            await #expect(throws: KubernetesError.self) { try await kube.source.refresh() }
            let sets = kube.published.count
            try await Task.sleep(for: .seconds(2))
            #expect(kube.published.count == sets && kube.numbers.count == 3)
            kube.server.scale(4)
            try await kube.server.start()
            try await eventually("it catches up") { kube.numbers.count == 4 }
            try await eventually("it is not stale any more") { await !kube.source.standing.isStale }
            try await eventually("all of it is well") { await kube.source.standing.lastError == nil }
        }
    }

    @Test func `a watch that is silent is given up, and silence of all is stale`() async throws {
        var limits = quickLimits()
        limits.pods.watch = .seconds(1)
        limits.pods.slack = .milliseconds(100)
        var requests = KubernetesClient.Limits()
        requests.answer = .milliseconds(300)
        try await withKubernetes(pods: 2, limits: limits, requests: requests) { kube in
            try await eventually("it watches") { kube.server.watchers == 1 && kube.numbers.count == 2 }
            kube.server.set(fault: .silent)
            kube.server.scale(3)
            try await eventually("it is stale") { await kube.source.standing.isStale }
            #expect(await kube.source.standing.lastError?.contains("no answer within") == true)
            kube.server.set(fault: nil)
            try await eventually("it catches up") { kube.numbers.count == 3 }
        }
    }

    @Test func `no token and a bad one are told apart, and a new one in the file is used`() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "token-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("old-token\n".utf8).write(to: URL(filePath: path))
        try await withKubernetes(pods: 1, tokenFile: path) {
            $0.set(token: "old-token")
        } _: { kube in
            try await eventually("it sees") { kube.numbers == [0] && kube.server.watchers == 1 }
            kube.server.set(token: "new-token")
            kube.server.endWatches()
            try await eventually("it is refused") {
                let standing = await kube.source.standing
                return standing.isStale && standing.lastError?.contains("does not take the token of \(path)") == true
            }
            #expect(await kube.source.standing.lastError?.contains("old-token") == false)
            // As the kubelet does it.
            try Data("new-token\n".utf8).write(to: URL(filePath: path), options: .atomic)
            kube.server.scale(2)
            try await eventually("it sees again") { kube.numbers == [0, 1] }
            #expect(kube.server.requests.last?.authorization == "Bearer new-token")
            try FileManager.default.removeItem(atPath: path)
            kube.server.endWatches()
            try await eventually("the file is missed") {
                await kube.source.standing.lastError?.contains("token file \(path) cannot be read") == true
            }
        }
    }

    @Test func `a missing permission is named with its remedy, and seen when it is given`() async throws {
        try await withKubernetes(pods: 1) {
            $0.set(fault: .status(403, fixture: "error-403-all-namespaces.json", on: "watch pods"))
        } _: { kube in
            try await eventually("it is told") {
                await kube.source.standing.lastError?.contains("permission to watch pods in namespace loco") == true
            }
            #expect(await kube.source.standing.lastError?.contains("--set rbac.create=true") == true)
            try await eventually("what can be listed is shown") { kube.numbers == [0] }
            kube.server.set(fault: nil)
            try await eventually("it is well") { await kube.source.standing.lastError == nil }
        }
    }

    @Test func `a pod made anew is the same instance at its new address; a late end of the old one changes nothing`()
        async throws
    {
        try await withKubernetes(pods: 3) { kube in
            try await eventually("it watches") { kube.server.watchers == 1 && kube.numbers.count == 3 }
            kube.server.change { cluster in
                let old = cluster.objects["pods"]?["loco-emulator-1"] ?? .null
                let gone = cluster.remove("pods", "loco-emulator-1")
                let new = cluster.put("pods", "loco-emulator-1", cluster.makePod(1, ip: "127.0.1.99"))
                return [
                    gone, new,
                    .init(version: new.version + 1, resource: "pods", type: "DELETED", object: old),
                ]
            }
            try await eventually("its address is new", within: Self.soon) {
                kube.published.last?[1].streamUrl == "http://127.0.1.99:3100"
            }
            try await Task.sleep(for: .milliseconds(700))
            #expect(kube.published.allSatisfy { $0.count == 3 } && kube.published.last?[1].podIP == "127.0.1.99")
            #expect(Set(kube.published.map { $0[1].discoveredAt }).count == 1)
        }
    }

    @Test func `a refresh lists again and sees what the watch did not say`() async throws {
        try await withKubernetes(pods: 1) { kube in
            try await eventually("it watches") { kube.server.watchers == 1 && kube.numbers == [0] }
            // Nobody is told.
            kube.server.change {
                _ = $0.put("pods", "loco-emulator-1", $0.makePod(1))
                return []
            }
            try await kube.source.refresh()
            #expect(await kube.source.pod(of: InstanceID(ordinal: 1)) != nil)
            try await eventually("it is published") { kube.numbers == [0, 1] }
        }
    }
}
