import Testing

@testable import bench

@Suite("A failing sequence is made shorter", .timeLimit(.minutes(1))) struct ShrinkerTests {
    private let patient = Shrinker(maxRuns: 10_000, deadline: .now + .seconds(30))

    @Test(
        "to the three steps that matter, wherever they are",
        arguments: [[0, 1, 2], [3, 50, 99], [17, 18, 80], [97, 98, 99]])
    func three(needed: [Int]) async throws {
        let outcome = try await patient.shrink(Array(0..<100)) { Set($0).isSuperset(of: needed) }
        #expect(outcome.items == needed && outcome.isMinimal)
        #expect(outcome.runs < 200)
    }

    @Test("keeps the order, which may be what matters")
    func order() async throws {
        let steps = ["a", "connect", "b", "kill", "c", "connect", "d"]
        let outcome = try await patient.shrink(steps) { candidate in
            guard let kill = candidate.firstIndex(of: "kill") else { return false }
            return candidate[kill...].contains("connect")
        }
        #expect(outcome.items == ["kill", "connect"])
    }

    @Test("not at all where every step is needed")
    func all() async throws {
        let outcome = try await patient.shrink(Array(0..<9)) { $0.count == 9 }
        #expect(outcome.items == Array(0..<9) && outcome.isMinimal)
    }

    @Test("to one step where that fails alone, and no sequence of one is tried")
    func one() async throws {
        #expect(try await patient.shrink(Array(0..<64)) { $0.contains(33) }.items == [33])
        let outcome = try await patient.shrink([1]) { _ in true }
        #expect(outcome.items == [1] && outcome.runs == 0)
    }

    @Test("no longer than the runs allow, and the best so far is kept")
    func bounded() async throws {
        var runs = 0
        let outcome = try await Shrinker(maxRuns: 5, deadline: .now + .seconds(30)).shrink(Array(0..<1000)) {
            candidate in
            runs += 1
            return candidate.contains(0)
        }
        #expect(runs == 5 && outcome.runs == 5 && !outcome.isMinimal)
        #expect(outcome.items.contains(0) && outcome.items.count < 1000)
        let late = try await Shrinker(maxRuns: 5, deadline: .now - .seconds(1)).shrink([1, 2]) { _ in true }
        #expect(late.items == [1, 2] && late.runs == 0 && !late.isMinimal)
    }

    @Test("a run that cannot be made ends it")
    func broken() async {
        await #expect(throws: BenchError.self) {
            try await patient.shrink([1, 2]) { _ in throw BenchError.noEchoes }
        }
    }
}
