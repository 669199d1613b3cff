import Foundation
import FoundationXML
import Testing

@testable import bench

@Suite("What is written of a failure", .timeLimit(.minutes(1))) struct FailureFolderTests {
    private func result(_ detail: String = "it shows GUEST 2") -> StressResult {
        let trace = StressTrace(seed: 9, scenario: .tabs)
        let verdict = Verdict(
            kind: .wrongGuest, subject: "client 1", value: 3, limit: 3, unit: "pictures", detail: detail)
        return StressResult(
            trace: trace, seconds: 12.5, begun: 4, played: 3,
            failure: StressFailure(
                step: 2, operation: "play", seconds: 3, verdicts: [verdict], before: ["hub-metrics.txt": "a 1\n"],
                after: ["hub-metrics.txt": "a 2\n"], graphs: ["client-1.dot": "digraph {}\n"]))
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stress-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder + "/fleet/run/instance-0", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test(
        "one folder has the seed, the step, the states before and after, logs, graph and a trace that can be replayed")
    func folder() throws {
        try withFolder { folder in
            for log in ["hub.log", "run/instance-0/qemu.log"] {
                try Data("line\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/fleet/\(log)"))
            }
            let path = try FailureFolder(result(), logs: folder + "/fleet", parent: folder + "/out").write()
            let files = try #require(FileManager.default.enumerator(atPath: path)).compactMap { $0 as? String }
            #expect(
                Set(files).isSuperset(of: [
                    "summary.json", "trace.jsonl", "before/hub-metrics.txt", "after/hub-metrics.txt",
                    "graphs/client-1.dot", "logs/hub.log", "logs/instance-0-qemu.log",
                ]))
            func read(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")) }
            let summary = try JSONDecoder().decode(FailureFolder.Summary.self, from: try read("summary.json"))
            #expect(summary.seed == 9 && summary.step == 3 && summary.operation == "play")
            #expect(summary.verdicts.first?.kind == .wrongGuest)
            let trace = try StressTrace(text: String(decoding: try read("trace.jsonl"), as: UTF8.self))
            #expect(trace == result().trace)
            // A second failure of the same seed has a folder of its own.
            #expect(try FailureFolder(result(), logs: folder + "/fleet", parent: folder + "/out").write() != path)
        }
    }

    @Test("the JUnit file is XML whatever a log line holds, with a failure for each run that failed")
    func junit() throws {
        let detail = "a <b> & \"c\" \u{1b}[31mred\u{0}"
        let well = StressResult(
            trace: StressTrace(seed: 1, scenario: .rapid), seconds: 1, begun: 1, played: 1, failure: nil)
        let text = JUnitReport(results: [well, result(detail)]).text
        let counter = ElementCounter()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = counter
        #expect(parser.parse(), "\(text)")
        #expect(counter.counts == ["testsuite": 1, "testcase": 2, "failure": 1])
        #expect(counter.failures.first?.contains("a <b> & \"c\"") == true)
    }

    /// Counts a document's elements.
    private final class ElementCounter: NSObject, XMLParserDelegate {
        var counts: [String: Int] = [:]
        var failures: [String] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            counts[name, default: 0] += 1
            if name == "failure", let message = attributes["message"] { failures.append(message) }
        }
    }
}
