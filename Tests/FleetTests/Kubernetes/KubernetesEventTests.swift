import Foundation
import Testing

@testable import Fleet

@Suite(.timeLimit(.minutes(1)))
struct KubernetesEventTests {
    @Test func `a bookmark is a version and never an object`() throws {
        let events = try KubernetesFixture.events("pods-watch-initial-events.ndjson", of: KubernetesPod.self)
        #expect(events.count == 2)
        #expect(events.last == .bookmark(resourceVersion: "525"))
        let sets = try KubernetesFixture.events("statefulsets-watch.ndjson", of: KubernetesStatefulSet.self)
        #expect(sets.last == .bookmark(resourceVersion: "523"))
    }

    @Test func `an end inside the stream says that the version is out of date`() throws {
        let events = try KubernetesFixture.events("pods-watch-too-old.ndjson", of: KubernetesPod.self)
        guard case .failed(let status)? = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(status.isExpired && status.message == "too old resource version: 372 (569)")
        #expect(events.first?.resourceVersion == nil)
    }

    @Test func `every line of the recorded watches is understood`() throws {
        let pods = try KubernetesFixture.events("pods-watch.ndjson", of: KubernetesPod.self)
        #expect(pods.count == 67 && pods.allSatisfy { $0.resourceVersion != nil })
        // Versions only grow.
        let versions = pods.compactMap { $0.resourceVersion.flatMap(Int.init) }
        #expect(versions == versions.sorted())
    }

    @Test func `what only a newer server says is passed over, what is no event is refused`() throws {
        let line = Data(#"{"type":"SOMETHING","object":{"a":1}}"#.utf8)
        #expect(try KubernetesEvent<KubernetesPod>(line: line) == .unknown("SOMETHING"))
        for bad in ["{", #"{"type":"ADDED"}"#, #"{"type":"ADDED","object":{"metadata":[]}}"#, "[]"] {
            #expect(throws: DecodingError.self, "\(bad)") { try KubernetesEvent<KubernetesPod>(line: Data(bad.utf8)) }
        }
    }
}
