import Foundation

/// What one run does, as a file of JSON lines: a head, then a step on each. A run follows it step by step.
struct StressTrace: Sendable, Equatable {
    /// The first line.
    struct Head: Codable, Sendable, Equatable {
        /// Of this form.
        var version = 1
        let seed: UInt64
        let scenario: StressScenario
        let options: PlanOptions
        let guests: Int
    }

    let head: Head
    var steps: [StressStep]

    init(head: Head, steps: [StressStep]) {
        self.head = head
        self.steps = steps
    }

    /// The run that a seed stands for.
    init(seed: UInt64, scenario: StressScenario, options: PlanOptions = PlanOptions()) {
        let plan = StressPlan(seed: seed, scenario: scenario, options: options)
        head = Head(seed: seed, scenario: scenario, options: options, guests: plan.guests)
        steps = plan.steps
    }

    /// Reads a trace.
    ///
    /// - Throws: `BenchError.badTrace` with the line that is none.
    init(text: String) throws {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
        let decoder = JSONDecoder()
        func read<T: Decodable>(_ type: T.Type, _ number: Int) throws -> T {
            do { return try decoder.decode(type, from: Data(lines[number].utf8)) } catch {
                throw BenchError.badTrace(line: number + 1, reason: "\(error)")
            }
        }
        guard !lines.isEmpty else { throw BenchError.badTrace(line: 1, reason: "the file is empty") }
        head = try read(Head.self, 0)
        guard head.version == 1 else {
            throw BenchError.badTrace(line: 1, reason: "version \(head.version); this program reads 1")
        }
        guard (1...64).contains(head.guests) else {
            throw BenchError.badTrace(line: 1, reason: "\(head.guests) guests; 1 to 64 are possible")
        }
        steps = try (1..<lines.count).map { try read(StressStep.self, $0) }
    }

    /// The file, byte for byte the same for the same run.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var lines = [String(decoding: try encoder.encode(head), as: UTF8.self)]
        for step in steps { lines.append(String(decoding: try encoder.encode(step), as: UTF8.self)) }
        return lines.joined(separator: "\n") + "\n"
    }
}
