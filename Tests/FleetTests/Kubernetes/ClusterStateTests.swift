import Foundation
import Testing

@testable import Fleet

@Suite(.timeLimit(.minutes(1)))
struct ClusterStateTests {
    private let start = ContinuousClock.now
    private var rules: ClusterState.Rules { .init(nodePort: 3100, statefulSet: "loco-emulator") }

    private func ids(_ state: ClusterState, after: Duration = .zero) -> [Int] {
        var state = state
        return state.instances(at: start + after).compactMap(\.id.ordinal)
    }

    /// Both recorded watches, in the order of their versions, on a cluster of three.
    private func recorded() throws -> [(
        version: Int, pod: KubernetesEvent<KubernetesPod>?, set: KubernetesEvent<KubernetesStatefulSet>?
    )] {
        let pods = try KubernetesFixture.events("pods-watch.ndjson", of: KubernetesPod.self)
            .map {
                (
                    Int($0.resourceVersion ?? "") ?? 0, Optional($0),
                    Optional<KubernetesEvent<KubernetesStatefulSet>>.none
                )
            }
        let sets = try KubernetesFixture.events("statefulsets-watch.ndjson", of: KubernetesStatefulSet.self)
            .map { (Int($0.resourceVersion ?? "") ?? 0, Optional<KubernetesEvent<KubernetesPod>>.none, Optional($0)) }
        return (pods + sets).sorted { $0.0 < $1.0 }.map { (version: $0.0, pod: $0.1, set: $0.2) }
    }

    @Test(arguments: [true, false])
    func `the recorded fleet grows to nine and shrinks to one without a duplicate or a flap`(knowsSets: Bool) throws {
        var state = ClusterState(rules)
        state.listed(pods: try KubernetesFixture.pods("pods-list.json"), at: start)
        if knowsSets { state.listed(sets: try KubernetesFixture.sets("statefulsets-list.json")) }
        var counts: [Int] = []
        var wasGone: Set<Int> = []
        for event in try recorded() {
            if let pod = event.pod { _ = state.apply(pod: pod, at: start) }
            if let set = event.set, knowsSets { _ = state.apply(set: set) }
            // All within one instant, as the recording's events came within milliseconds.
            let now = ids(state)
            #expect(Set(now).count == now.count && now == now.sorted())
            if counts.last != now.count { counts.append(now.count) }
            let gone = Set(0..<9).subtracting(now)
            if counts.contains(9) {
                #expect(wasGone.isSubset(of: gone), "an instance went and came back")
                wasGone = gone
            }
        }
        #expect(counts.max() == 9)
        #expect(ids(state, after: .seconds(1)) == [0])
        _ = state.instances(at: start + .seconds(1))
        #expect(state.nextExpiry() == nil)
    }

    @Test func `a pod that its set makes again stays the same instance, without a node in between`() throws {
        var state = ClusterState(rules)
        state.listed(sets: try KubernetesFixture.sets("statefulsets-list.json"))
        state.listed(pods: try KubernetesFixture.pods("pods-list-cluster-ips.json"), at: start)
        let before = state.instances(at: start)
        var urls: [String?] = []
        for event in try KubernetesFixture.events("pods-watch-recreated-new-ip.ndjson", of: KubernetesPod.self) {
            _ = state.apply(pod: event, at: start)
            let now = state.instances(at: start, date: Date(timeIntervalSince1970: 1))
            #expect(now.map(\.id) == before.map(\.id) && now.map(\.discoveredAt) == before.map(\.discoveredAt))
            if urls.isEmpty || urls.last! != now[1].streamUrl { urls.append(now[1].streamUrl) }
        }
        #expect(urls == ["http://10.244.2.21:3100", nil, "http://10.244.2.25:3100"])
    }

    @Test func `a pod that does not come back is awaited as long as its set wants it, and no longer`() throws {
        var state = ClusterState(rules)
        let pods = try KubernetesFixture.pods("pods-list.json")
        state.listed(pods: pods, at: start)
        _ = state.apply(pod: .deleted(pods[2]), at: start)
        // Nobody knows the set: a moment.
        #expect(ids(state, after: .milliseconds(400)) == [0, 1, 2])
        #expect(state.nextExpiry() == start + .milliseconds(500))
        #expect(ids(state, after: .milliseconds(600)) == [0, 1])

        state.listed(pods: pods, at: start)
        state.listed(sets: try KubernetesFixture.sets("statefulsets-list.json"))
        _ = state.apply(pod: .deleted(pods[2]), at: start)
        let awaited = state.instances(at: start + .seconds(5))[2]
        #expect(awaited.status == .booting && awaited.streamUrl == nil && awaited.podIP == nil && !awaited.ready)
        #expect(awaited.kubernetes?.reason?.contains("another one is awaited") == true)
        #expect(ids(state, after: .seconds(11)) == [0, 1])

        state.listed(pods: pods, at: start)
        state.listed(sets: try KubernetesFixture.sets("statefulsets-list-scaled-to-1.json"))
        _ = state.apply(pod: .deleted(pods[2]), at: start)
        #expect(ids(state) == [0, 1], "its set does not want it any more")
    }

    @Test func `what leaves the selector is gone, and is the same instance when it comes back`() throws {
        var state = ClusterState(rules)
        let pod = try KubernetesFixture.pod("selector-demo-4", owner: nil)
        state.listed(pods: [pod], at: start)
        #expect(ids(state) == [4])
        let left = state.apply(pod: .deleted(pod), at: start)
        #expect(left)
        #expect(ids(state) == [])
        let back = state.apply(pod: .changed(pod), at: start)
        #expect(back)
        #expect(ids(state) == [4])
        let recorded = try KubernetesFixture.events("pods-watch-leaves-selector.ndjson", of: KubernetesPod.self)
        for event in recorded { _ = state.apply(pod: event, at: start) }
        #expect(ids(state) == [4], "a pod without a number is no instance")
        #expect(state.oddity?.contains("selector-demo has no number") == true)
    }

    @Test func `pages are one list`() throws {
        var state = ClusterState(rules)
        let pages = try (1...3).map {
            try KubernetesJSON.decode(
                KubernetesList<KubernetesPod>.self, from: KubernetesFixture.data("pods-list-page\($0).json"))
        }
        #expect(pages.map { $0.next != nil } == [true, true, false])
        state.listed(pods: pages.flatMap { $0.items ?? [] }, at: start)
        #expect(ids(state) == Array(0..<9))
    }

    @Test func `of two pods with one number that of the named set counts, and people are told`() throws {
        var state = ClusterState(rules)
        let own = try KubernetesFixture.pod("loco-emulator-1", uid: "a")
        let other = try KubernetesFixture.pod("other-1", uid: "b", created: "2026-11-22T00:00:00Z", owner: "other")
        for list in [[own, other], [other, own]] {
            state.listed(pods: list, at: start)
            let names = state.instances(at: start).map(\.podName)
            #expect(names == ["loco-emulator-1"])
        }
        #expect(state.oddity?.contains("loco-emulator-1 and other-1 have the same number") == true)
    }

    @Test func `more pods than allowed are told and not kept`() throws {
        var few = rules
        few.maxPods = 3
        var state = ClusterState(few)
        state.listed(pods: try (0..<10).map { try KubernetesFixture.pod("a-\($0)") }, at: start)
        #expect(ids(state).count == 3)
        #expect(state.oddity?.contains("more than 3 pods") == true)
    }

    @Test func `services that lead to the pods are named`() throws {
        var state = ClusterState(rules)
        state.listed(pods: try KubernetesFixture.pods("pods-list.json"), at: start)
        state.listed(
            services: try KubernetesJSON.decode(
                KubernetesList<KubernetesService>.self, from: KubernetesFixture.data("services-list.json")
            ).items ?? [])
        #expect(state.serviceNames == ["loco-emulator"])
    }
}
