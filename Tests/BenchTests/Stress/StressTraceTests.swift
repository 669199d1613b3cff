import Foundation
import Testing

@testable import bench

@Suite("A seed's sequence", .timeLimit(.minutes(1))) struct StressTraceTests {
    @Test("is byte for byte the same for the same seed, scenario and options", arguments: StressScenario.allCases)
    func same(scenario: StressScenario) throws {
        var options = PlanOptions()
        options.timeScale = 0.2
        let texts = try (0..<2).map { _ in
            try StressTrace(seed: 7, scenario: scenario, options: options).text()
        }
        #expect(texts[0] == texts[1])
        #expect(try StressTrace(seed: 8, scenario: scenario, options: options).text() != texts[0])
    }

    @Test("is the same in another process")
    func processes() throws {
        // Built beside the tests' own program.
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let beside = URL(fileURLWithPath: own).deletingLastPathComponent()
        let built = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let program = [beside, built].map { $0.appendingPathComponent("bench").path }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        let path = try #require(program, "bench is not built")
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["stress", "--plan", "--seed", "7", "--scenario", "random", "--time-scale", "0.2"]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        var options = PlanOptions()
        options.timeScale = 0.2
        #expect(try StressTrace(seed: 7, scenario: .random, options: options).text() == text)
    }

    @Test("is read back as it was written", arguments: StressScenario.allCases)
    func readBack(scenario: StressScenario) throws {
        let trace = StressTrace(seed: 3, scenario: scenario)
        #expect(try StressTrace(text: try trace.text()) == trace)
    }

    @Test("a line that is no step is named by its number")
    func bad() throws {
        let text = try StressTrace(seed: 3, scenario: .tabs).text()
        let lines = text.split(separator: "\n")
        let broken = ([lines[0], lines[1], "{\"fly\":{}}"] + lines[2...]).joined(separator: "\n")
        #expect {
            try StressTrace(text: broken)
        } throws: { error in
            if case BenchError.badTrace(line: 3, _) = error { return true }
            return false
        }
        #expect(throws: BenchError.self) { try StressTrace(text: "") }
    }

    @Test("waits are scaled, and nothing else changes")
    func scale() {
        var options = PlanOptions()
        options.timeScale = 0.1
        let (slow, quick) = (
            StressTrace(seed: 5, scenario: .rapid), StressTrace(seed: 5, scenario: .rapid, options: options)
        )
        #expect(slow.steps.count == quick.steps.count)
        for (one, other) in zip(slow.steps, quick.steps) {
            guard case .wait(let long) = one, case .wait(let short) = other else {
                #expect(one == other)
                continue
            }
            #expect(abs(Double(long) / 10 - Double(short)) <= 1)
        }
    }
}
