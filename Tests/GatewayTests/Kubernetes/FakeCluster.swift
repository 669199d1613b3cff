import Foundation
import Synchronization

@testable import Gateway

/// What an API server keeps: objects with versions, and what happened to them. Pods are made from a recorded one.
struct FakeCluster: Sendable {
    /// Something that happened.
    struct Event: Sendable {
        let version: Int
        let resource: String
        let type: String
        let object: JSONValue

        /// A watch's line, without its end.
        var line: String { String(buffer: JSON.encode(JSONValue.object(["type": .string(type), "object": object]))) }
    }

    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/kubernetes")

    static func fixture(_ name: String) -> JSONValue {
        let data = try! Data(contentsOf: fixtures.appending(path: name))
        return try! JSON.decode(JSONValue.self, from: data)
    }

    private(set) var version = 1000
    /// Before this nothing is remembered.
    private(set) var compacted = 0
    private(set) var objects: [String: [String: JSONValue]] = ["pods": [:], "statefulsets": [:], "services": [:]]
    private(set) var log: [Event] = []
    /// What pods that are made ask for of the processors.
    var requests: String?
    /// Whether pods that are made are ready; they run in any case.
    var areReady = true
    private var made = 0
    private let pod: JSONValue
    private let set: JSONValue

    init() {
        pod = Self.first("pods-list.json")
        set = Self.first("statefulsets-list.json")
        if case .array(let services)? = Self.fixture("services-list.json")["items"] {
            for service in services { _ = put("services", service["metadata"]?["name"]?.string ?? "", service) }
        }
    }

    private static func first(_ name: String) -> JSONValue {
        guard case .array(let items)? = fixture(name)["items"] else { preconditionFailure(name) }
        return items[0]
    }

    /// Makes or changes an object.
    mutating func put(_ resource: String, _ name: String, _ object: JSONValue) -> Event {
        version += 1
        let isNew = objects[resource]?[name] == nil
        let object = object.setting(["metadata", "resourceVersion"], .string("\(version)"))
        objects[resource]?[name] = object
        return note(resource, isNew ? "ADDED" : "MODIFIED", object)
    }

    /// Removes an object.
    mutating func remove(_ resource: String, _ name: String) -> Event? {
        guard let object = objects[resource]?.removeValue(forKey: name) else { return nil }
        version += 1
        return note(resource, "DELETED", object.setting(["metadata", "resourceVersion"], .string("\(version)")))
    }

    private mutating func note(_ resource: String, _ type: String, _ object: JSONValue) -> Event {
        let event = Event(version: version, resource: resource, type: type, object: object)
        log.append(event)
        return event
    }

    /// A pod that runs, new each time.
    mutating func makePod(_ number: Int, ip: String? = nil, owner: Bool = true) -> JSONValue {
        made += 1
        let name = "loco-emulator-\(number)"
        let stamp = Date(timeIntervalSince1970: 1_800_000_000 + Double(made)).formatted(.iso8601)
        let address = ip ?? "127.0.\(number / 200).\(11 + number % 200)"
        var pod = pod.setting(["metadata", "name"], .string(name))
            .setting(["metadata", "uid"], .string("uid-\(made)"))
            .setting(["metadata", "creationTimestamp"], .string(stamp))
            .setting(["metadata", "labels", "apps.kubernetes.io/pod-index"], .string("\(number)"))
            .setting(["status", "podIP"], .string(address))
        if let requests { pod = pod.setting(["spec", "containers"], Self.containers(requests)) }
        if !areReady {
            pod = pod.setting(["status", "containerStatuses"], Self.containers(ready: false))
        }
        if !owner { pod = pod.setting(["metadata", "ownerReferences"], .array([])) }
        return pod
    }

    /// The set as it wants that many pods.
    func makeSet(_ replicas: Int) -> JSONValue {
        let current = objects["statefulsets"]?["loco-emulator"] ?? set
        let set = current.setting(["spec", "replicas"], .number(Double(replicas)))
        guard let requests else { return set }
        return set.setting(["spec", "template", "spec", "containers"], Self.containers(requests))
    }

    /// One container that runs, and is ready or not.
    static func containers(ready: Bool) -> JSONValue {
        .array([
            .object([
                "name": .string("emulator"), "ready": .bool(ready), "started": .bool(true),
                "state": .object(["running": .object([:])]),
            ])
        ])
    }

    /// One container that asks for that much.
    static func containers(_ cpu: String) -> JSONValue {
        .array([
            .object([
                "name": .string("emulator"),
                "resources": .object(["requests": .object(["cpu": .string(cpu)])]),
            ])
        ])
    }

    /// Forgets what happened.
    mutating func compact() {
        version += 1
        compacted = version
        log = []
    }

    /// One page: `continue` is the name after which it goes on.
    func list(_ resource: String, limit: Int, after: String?) -> JSONValue {
        let all = (objects[resource] ?? [:]).sorted { $0.key < $1.key }.filter { after == nil || $0.key > after! }
        let page = Array(all.prefix(limit))
        var metadata: [String: JSONValue] = ["resourceVersion": .string("\(version)")]
        if page.count < all.count, let last = page.last { metadata["continue"] = .string(last.key) }
        return .object([
            "kind": .string("List"), "metadata": .object(metadata), "items": .array(page.map(\.value)),
        ])
    }
}

extension JSONValue {
    /// The value with another one at that place.
    func setting(_ path: [String], _ value: JSONValue) -> JSONValue {
        guard let first = path.first else { return value }
        var fields: [String: JSONValue] = if case .object(let fields) = self { fields } else { [:] }
        fields[first] = (fields[first] ?? .object([:])).setting(Array(path.dropFirst()), value)
        return .object(fields)
    }
}
