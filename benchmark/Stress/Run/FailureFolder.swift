import Foundation

/// Everything about one failure, in one folder.
struct FailureFolder: Sendable {
    /// The first file to read.
    struct Summary: Codable, Sendable {
        let scenario: StressScenario
        let seed: UInt64
        let step: Int
        let operation: String
        let seconds: Double
        let verdicts: [Verdict]
        let replay: String
    }

    private let result: StressResult
    private let logs: String
    private let path: String

    /// - Parameters:
    ///   - logs: the fleet's folder.
    ///   - parent: where the folder goes.
    init(_ result: StressResult, logs: String, parent: String) {
        self.result = result
        self.logs = logs
        let head = result.trace.head
        let base = "\(parent)/\(head.scenario.rawValue)-\(head.seed)"
        let manager = FileManager.default
        // A run that is done again must not overwrite the first.
        let number = (1...999).first { !manager.fileExists(atPath: $0 == 1 ? base : "\(base)-\($0)") } ?? 1000
        path = number == 1 ? base : "\(base)-\(number)"
    }

    /// Writes it.
    ///
    /// - Returns: its path.
    /// - Throws: `BenchError.unwritable`.
    func write() throws -> String {
        guard let failure = result.failure else { return path }
        let trace = "\(path)/trace.jsonl"
        try Self.make(path)
        try Self.write(try result.trace.text(), to: trace)
        let summary = Summary(
            scenario: result.trace.head.scenario, seed: result.trace.head.seed, step: failure.step + 1,
            operation: failure.operation, seconds: failure.seconds, verdicts: failure.verdicts,
            replay: "bench stress --replay \(trace)")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try Self.write(String(decoding: try encoder.encode(summary), as: UTF8.self) + "\n", to: "\(path)/summary.json")
        for (folder, files) in [("before", failure.before), ("after", failure.after), ("graphs", failure.graphs)] {
            guard !files.isEmpty else { continue }
            try Self.make("\(path)/\(folder)")
            for (name, text) in files { try Self.write(text, to: "\(path)/\(folder)/\(name)") }
        }
        try copyLogs()
        return path
    }

    /// Writes a shorter trace that fails in the same way beside the first.
    static func add(shrunk trace: StressTrace, to path: String) throws -> String {
        let file = "\(path)/shrunk.jsonl"
        try write(try trace.text(), to: file)
        return file
    }

    /// The logs of hub and nodes, and what nodes keep of their guests' programs.
    private func copyLogs() throws {
        let manager = FileManager.default
        try Self.make("\(path)/logs")
        guard let files = manager.enumerator(atPath: logs) else { return }
        for case let file as String in files where file.hasSuffix(".log") {
            let name = file.replacingOccurrences(of: "run/", with: "").replacingOccurrences(of: "/", with: "-")
            try? manager.copyItem(atPath: "\(logs)/\(file)", toPath: "\(path)/logs/\(name)")
        }
    }

    private static func make(_ folder: String) throws {
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
            throw BenchError.unwritable(path: folder)
        }
    }

    private static func write(_ text: String, to path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8)) else {
            throw BenchError.unwritable(path: path)
        }
    }
}
