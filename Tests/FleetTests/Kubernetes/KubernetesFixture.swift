import Foundation

@testable import Fleet

/// Answers recorded from a real API server: Tests/Fixtures/kubernetes.
enum KubernetesFixture {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/kubernetes")

    static func data(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }

    static func pods(_ name: String) throws -> [KubernetesPod] {
        try KubernetesJSON.decode(KubernetesList<KubernetesPod>.self, from: data(name)).items ?? []
    }

    static func sets(_ name: String) throws -> [KubernetesStatefulSet] {
        try KubernetesJSON.decode(KubernetesList<KubernetesStatefulSet>.self, from: data(name)).items ?? []
    }

    static func events<Object>(_ name: String, of type: Object.Type = Object.self) throws -> [KubernetesEvent<Object>] {
        var splitter = LineSplitter(limit: 1 << 20)
        return try splitter.append(data(name)).map { try KubernetesEvent<Object>(line: $0) }
    }

    /// A pod as a test wants it.
    static func pod(
        _ name: String, uid: String = "u1", created: String = "2026-11-21T05:34:41Z", phase: String = "Running",
        ip: String? = "10.0.0.1", ready: Bool = true, deleted: Bool = false, owner: String? = "loco-emulator",
        version: String = "1", labels: [String: String] = [:], status: String = "", state: String = #"{"running":{}}"#
    ) throws -> KubernetesPod {
        func json(_ value: some Encodable) -> String {
            String(decoding: try! JSONEncoder().encode(value), as: UTF8.self)
        }
        let owners =
            owner.map { #","ownerReferences":[{"kind":"StatefulSet","name":"\#($0)","controller":true}]"# } ?? ""
        let text = """
            {"metadata":{"name":"\(name)","namespace":"loco","uid":"\(uid)","resourceVersion":"\(version)",
            "creationTimestamp":"\(created)","labels":\(json(labels))\(owners)
            \(deleted ? #","deletionTimestamp":"2026-11-21T06:00:00Z""# : "")},
            "spec":{"nodeName":"node-a","containers":null},
            "status":{"phase":"\(phase)"\(ip.map { #","podIP":"\#($0)""# } ?? "")\(status),
            "containerStatuses":[{"name":"emulator","ready":\(ready),"state":\(state)}]}}
            """
        return try KubernetesJSON.decode(KubernetesPod.self, from: Data(text.utf8))
    }
}
