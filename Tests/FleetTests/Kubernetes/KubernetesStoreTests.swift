import Testing

@testable import Fleet

@Suite(.timeLimit(.minutes(1)))
struct KubernetesStoreTests {
    private typealias Store = KubernetesStore<KubernetesPod>

    @Test func `a late end of the pod before does not remove the one of the same name`() throws {
        var store = Store(limit: 10)
        let old = try KubernetesFixture.pod("loco-emulator-1", uid: "old")
        let new = try KubernetesFixture.pod("loco-emulator-1", uid: "new", created: "2026-11-21T05:40:00Z")
        _ = store.replace([old])
        let made = store.apply(.changed(new))
        #expect(made == .put(name: "loco-emulator-1"))
        let late = store.apply(.deleted(old))
        #expect(late == .none)
        // Nor does a late change of it bring it back.
        let back = store.apply(.changed(old))
        #expect(back == .none)
        #expect(store["loco-emulator-1"]?.metadata.uid == "new")
        let removed = store.apply(.deleted(new))
        #expect(removed == .removed(new))
        #expect(store.count == 0)
    }

    @Test func `within one second versions tell which pod is the newer`() throws {
        var store = Store(limit: 10)
        _ = store.replace([try KubernetesFixture.pod("a-1", uid: "new", version: "439")])
        let older = store.apply(.changed(try KubernetesFixture.pod("a-1", uid: "old", version: "437")))
        #expect(older == .none)
        let newer = store.apply(.changed(try KubernetesFixture.pod("a-1", uid: "newer", version: "500")))
        #expect(newer == .put(name: "a-1"))
    }

    @Test func `a list takes the place of what was known and tells what is gone with it`() throws {
        var store = Store(limit: 10)
        _ = store.replace(try (0..<3).map { try KubernetesFixture.pod("a-\($0)") })
        let gone = store.replace([try KubernetesFixture.pod("a-1"), try KubernetesFixture.pod("a-7")])
        #expect(gone.map(\.metadata.name).sorted() == ["a-0", "a-2"])
        #expect(store.count == 2)
    }

    @Test func `what is told twice changes nothing, and no more are kept than allowed`() throws {
        var store = Store(limit: 2)
        let pod = try KubernetesFixture.pod("a-0")
        _ = store.replace([pod])
        let again = store.apply(.changed(pod))
        #expect(again == .none)
        for number in 1...5 { _ = store.apply(.changed(try KubernetesFixture.pod("a-\(number)"))) }
        #expect(store.count == 2 && store.surplus == ["a-2", "a-3"])
    }
}
