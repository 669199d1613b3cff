import Foundation
import HTTPTypes
import Logging
import Synchronization
import Testing

@testable import Gateway

@Suite("JSON log lines", .timeLimit(.minutes(1)))
struct JSONLogHandlerTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    private func logger(_ lines: Lines) -> Logger {
        Logger(label: "node") { JSONLogHandler(service: $0) { lines.add($0) } }
    }

    private func object(_ line: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    @Test("a line is one object with time, level, service, instance, viewer, request and the rest apart")
    func fields() throws {
        let lines = Lines()
        var logger = logger(lines)
        logger[metadataKey: "instance"] = "instance-0"
        logger[metadataKey: "viewer"] = "0011aabb"
        logger[metadataKey: "request"] = "abcdefgh-1"
        logger.warning("two\nlines \"quoted\"", metadata: ["ms": "12", "list": ["a", ["b": "c"]]])
        let line = try #require(lines.all.first)
        #expect(line.hasSuffix("}\n") && line.dropLast().allSatisfy { !$0.isNewline })
        let entry = try object(line)
        #expect(entry["level"] as? String == "warning")
        #expect(entry["service"] as? String == "node")
        #expect(entry["instance"] as? String == "instance-0")
        #expect(entry["viewer"] as? String == "0011aabb")
        #expect(entry["request"] as? String == "abcdefgh-1")
        #expect(entry["message"] as? String == "two\nlines \"quoted\"")
        #expect((entry["metadata"] as? [String: Any])?["ms"] as? String == "12")
        let time = try #require(entry["timestamp"] as? String)
        #expect(try /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/.wholeMatch(in: time) != nil, "\(time)")
    }

    @Test("what is not known is left out")
    func absent() throws {
        let lines = Lines()
        logger(lines).info("hello")
        let entry = try object(try #require(lines.all.first))
        #expect(Set(entry.keys) == ["timestamp", "level", "service", "message"])
    }

    @Test("no secret gets into a line, by its name or inside a text")
    func secrets() throws {
        let lines = Lines()
        let secret = "hunter2hunter2"
        logger(lines).error(
            "GET /signal?token=\(secret)&x=1 with Authorization: Bearer \(secret)",
            metadata: [
                "token": "\(secret)", "turnSecret": "\(secret)", "url": "http://h/?token=\(secret)",
                "inner": ["password": "\(secret)"],
            ])
        let line = try #require(lines.all.first)
        #expect(!line.contains(secret), "\(line)")
        #expect(line.contains("x=1"))
    }

    @Test(
        "a request's id is taken over only when it is fit for a log",
        arguments: [
            ("abcd-EFGH_09", true), ("short", false), (String(repeating: "a", count: 64), true),
            (String(repeating: "a", count: 65), false), ("with space", false), ("new\"line-", false),
        ])
    func correlation(text: String, isTaken: Bool) {
        #expect((CorrelationID.given(in: [CorrelationID.field: text]) == text) == isTaken)
        #expect(CorrelationID.given(in: [CorrelationID.field: CorrelationID.make()]) != nil)
    }
}
