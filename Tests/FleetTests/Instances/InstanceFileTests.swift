import Foundation
import Testing

@testable import Fleet

@Suite("InstanceFile", .timeLimit(.minutes(1)))
struct InstanceFileTests {
    private func parse(_ text: String) throws -> [Instance] {
        try InstanceFile.parse(Data(text.utf8), path: "f.json", discoveredAt: Date(timeIntervalSince1970: 0))
    }

    @Test("comments go, slashes in strings stay")
    func comments() throws {
        let instances = try parse(
            """
            [ // the server
              {"id": "instance-0", "streamUrl": "http://10.0.0.1:3100", // "quoted"
               "name": "a \\" // b", "vncUrl": null, "healthUrl": "http://10.0.0.1:3100/health",
               "description": "x", "provisioned": true, "status": "ready"}
            ]
            """)
        #expect(instances[0].name == "a \" // b")
        #expect(instances[0].streamUrl == "http://10.0.0.1:3100")
        #expect(instances[0].ready)
    }

    @Test("an RFB server alone makes an instance without a node")
    func vnc() throws {
        let instances = try parse(
            #"[{"id":"a","vncUrl":"vnc://10.0.0.5:5901"},{"id":"b","vncUrl":"10.0.0.5:5902"},"#
                + #"{"id":"c","streamUrl":"http://a","vncUrl":"ws://old"}]"#)
        #expect(instances.map(\.vncUrl) == ["vnc://10.0.0.5:5901", "10.0.0.5:5902", "ws://old"])
        #expect(instances[0].streamUrl == nil)
        #expect(throws: InstanceFileError.self) { try parse(#"[{"id":"a","vncUrl":"10.0.0.5"}]"#) }
    }

    static let faults: [(String, String)] = [
        ("{", "f.json is not JSON"),
        ("{}", "f.json must hold a list of objects, one per instance"),
        ("[1]", "f.json must hold a list of objects, one per instance"),
        (#"[{"streamUrl":"http://a"}]"#, #"f.json: entry 0, "id": it is missing"#),
        (#"[{"id":"A","streamUrl":"http://a"}]"#, #"f.json: entry 0, "id": "A" is not [a-z0-9][a-z0-9-]{0,62}"#),
        (#"[{"id":"a"}]"#, #"f.json: entry 0, "streamUrl": it is missing"#),
        (#"[{"id":"a","streamUrl":"a/b"}]"#, #"f.json: entry 0, "streamUrl": "a/b" is not an absolute URL"#),
        (#"[{"id":"a","streamUrl":"http://a","ready":1}]"#, #"f.json: entry 0, "ready": it must be true or false"#),
        (
            #"[{"id":"a","streamUrl":"http://a"},{"id":"b","streamURL":"http://a"}]"#,
            #"f.json: entry 1 has the unknown key "streamURL"; known are "#
                + "id, streamUrl, vncUrl, healthUrl, name, description, provisioned, ready, status"
        ),
        (
            #"[{"id":"a","streamUrl":"http://a"},{"id":"a","streamUrl":"http://b"}]"#,
            "f.json: entry 1 has the id a a second time"
        ),
        (
            #"[{"id":"a","streamUrl":"http://a","status":"fine"}]"#,
            #"f.json: entry 0, "status": "fine" is none of ready, running, booting, degraded, error, unknown"#
        ),
    ]

    @Test("a fault is told with file, entry and key", arguments: faults)
    func fault(_ text: String, _ message: String) {
        let error = #expect(throws: InstanceFileError.self) { try parse(text) }
        #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
    }

    @Test("every key is written, with null for what does not exist")
    func encoding() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        var instance = try parse(#"[{"id":"instance-0","streamUrl":"http://a"}]"#)[0]
        instance.kubernetes = .init(namespace: "loco")
        let json = String(decoding: try encoder.encode(instance), as: UTF8.self)
        #expect(
            json == #"{"description":"","discoveredAt":"1970-01-01T00:00:00Z","healthUrl":null,"host":null,"#
                + #""id":"instance-0","kubernetes":{"namespace":"loco","nodeName":null,"phase":null,"podIP":null,"#
                + #""reason":null,"shareObstacle":null,"startTime":null,"statefulSet":null},"name":"instance-0","#
                + #""podIP":null,"podName":null,"provisioned":true,"#
                + #""ready":false,"status":"unknown","streamUrl":"http://a","vncUrl":null}"#)
    }

    @Test("a changed file is read again, and a wrong one leaves the last good set")
    func reload() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/instances.json"
            try #"[{"id":"a","streamUrl":"http://a"}]"#.write(toFile: path, atomically: true, encoding: .utf8)
            let source = StaticInstanceSource(path: path, interval: .milliseconds(20), logger: testLogger)
            try await source.start()
            var updates = source.updates().makeAsyncIterator()
            #expect(await updates.next()?.map(\.id.description) == ["a"])
            try "[{".write(toFile: path, atomically: true, encoding: .utf8)
            #expect(await eventually { await source.lastError != nil })
            try #"[{"id":"a","streamUrl":"http://a"},{"id":"b","streamUrl":"http://b"}]"#
                .write(toFile: path, atomically: true, encoding: .utf8)
            #expect(await updates.next()?.map(\.id.description) == ["a", "b"])
            #expect(await source.lastError == nil)
            await source.stop()
            #expect(await updates.next() == nil)
        }
    }
}
