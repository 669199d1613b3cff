import Testing

@testable import bench

@Suite("The scenarios", .timeLimit(.minutes(1))) struct StressPlanTests {
    private static let seeds: [UInt64] = [0, 1, 2, 3, 4, 5, 6, 7, 99, .max]

    @Test("all of them end with nobody there, after a baseline", arguments: StressScenario.allCases, seeds)
    func ends(scenario: StressScenario, seed: UInt64) {
        let plan = StressPlan(seed: seed, scenario: scenario)
        #expect(plan.steps.last == .quiet && plan.steps.contains(.baseline))
        var watching: Set<Int> = []
        for step in plan.steps {
            switch step {
            case .connect(let client, let guest, _, _, _):
                #expect((0..<plan.guests).contains(guest))
                watching.insert(client)
            case .disconnect(let client), .vanish(let client): watching.remove(client)
            case .baseline, .quiet: #expect(watching.isEmpty)
            default: break
            }
        }
    }

    @Test("rapid: 3 to 5 guests, on each 20 connections of 1 to 10 s with 1 to 5 s between", arguments: seeds)
    func rapid(seed: UInt64) throws {
        let plan = StressPlan(seed: seed, scenario: .rapid)
        #expect((3...5).contains(plan.guests))
        let start = try #require(plan.steps.firstIndex(of: .baseline))
        var time = 0
        var joined: [Int: Int] = [:]
        var left: [Int: Int] = [:]
        var cycles: [Int: Int] = [:]
        for step in plan.steps[start...] {
            switch step {
            case .wait(let milliseconds): time += milliseconds
            case .connect(let client, let guest, _, _, _):
                // The last one is there to see that all still play.
                if cycles[guest, default: 0] < 20, let before = left[client] {
                    #expect((1000...5000).contains(time - before))
                }
                joined[client] = time
            case .disconnect(let client), .vanish(let client):
                guard let before = joined[client], cycles[client, default: 0] < 20 else { continue }
                #expect((1000...10_000).contains(time - before))
                cycles[client, default: 0] += 1
                left[client] = time
            default: break
            }
        }
        #expect(cycles == Dictionary(uniqueKeysWithValues: (0..<plan.guests).map { ($0, 20) }))
    }

    @Test("concurrent: five at once, two leave and come back", arguments: seeds)
    func concurrent(seed: UInt64) throws {
        let plan = StressPlan(seed: seed, scenario: .concurrent)
        let start = try #require(plan.steps.firstIndex(of: .baseline))
        var watching: Set<Int> = []
        var atPlay: [Int] = []
        for step in plan.steps[start...] {
            switch step {
            case .connect(let client, _, _, _, _): watching.insert(client)
            case .disconnect(let client), .vanish(let client): watching.remove(client)
            case .play: atPlay.append(watching.count)
            default: break
            }
        }
        #expect(atPlay == [5, 3, 5])
    }

    @Test("restarts: hub, node and QEMU, each once, and all play after each", arguments: seeds)
    func restarts(seed: UInt64) {
        let steps = StressPlan(seed: seed, scenario: .restarts).steps
        var killed: Set<Victim> = []
        var isOpen = false
        for step in steps {
            switch step {
            case .kill(let victim, _):
                #expect(!isOpen && !killed.contains(victim))
                killed.insert(victim)
                isOpen = true
            case .play: isOpen = false
            default: break
            }
        }
        #expect(killed == [.hub, .node, .qemu] && !isOpen)
    }

    @Test("random has every operation in some seed, and kills only what comes back before the next step")
    func random() {
        var operations: Set<String> = []
        for seed in UInt64(0)..<40 {
            let steps = StressPlan(seed: seed, scenario: .random).steps
            operations.formUnion(steps.map(\.operation))
            for (index, step) in steps.enumerated() {
                guard case .kill = step else { continue }
                let next = steps[(index + 1)...].prefix(2)
                #expect(next.contains { if case .play = $0 { true } else { false } })
            }
        }
        let expected: Set<String> = [
            "connect", "disconnect", "vanish", "reload", "rendition", "flood", "control", "ask", "wait", "play",
            "kill hub", "kill node", "kill qemu", "kill pulse",
        ]
        #expect(operations.isSuperset(of: expected))
        #expect(!operations.contains("shape"))
        var options = PlanOptions()
        options.isShaped = true
        let shaped = (UInt64(0)..<40).flatMap { StressPlan(seed: $0, scenario: .random, options: options).steps }
        #expect(shaped.contains { $0.operation == "shape" })
    }

    @Test("soak: its cycles after a baseline that 140 come before")
    func soak() throws {
        var options = PlanOptions()
        options.cycles = 50
        let steps = StressPlan(seed: 4, scenario: .soak, options: options).steps
        let second = try #require(steps.lastIndex(of: .baseline))
        func connects(_ part: ArraySlice<StressStep>) -> Int { part.count { $0.operation == "connect" } }
        #expect(connects(steps[..<second]) == 140 + VideoCodec.allCases.count && connects(steps[second...]) == 50)
    }
}
