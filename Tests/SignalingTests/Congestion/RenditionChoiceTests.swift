import Testing

@testable import Signaling

@Suite("Rendition choice", .timeLimit(.minutes(1)))
struct RenditionChoiceTests {
    private static func loads(full: Int? = 2_000_000, held: Bool = true) -> [RenditionLoad] {
        [
            RenditionLoad(name: "full", minimum: 600_000, maximum: 2_500_000, present: full, isHeldByOthers: held),
            RenditionLoad(name: "tile", minimum: 150_000, maximum: 400_000, present: nil, isHeldByOthers: false),
        ]
    }

    private static func at(_ milliseconds: Int) -> UInt64 { UInt64(milliseconds) * 1_000_000 }

    @Test(
        "A newcomer gets what it wants if its path carries that",
        arguments: [
            (3_000_000, "full", true, "full", RenditionDecision.Reason.requested),
            (1_000_000, "full", true, "tile", .congestion),
            (1_000_000, "full", false, "full", .requested),
            (500_000, "full", false, "tile", .congestion),
            (9_000_000, "tile", true, "tile", .requested),
            (50_000, "tile", true, "tile", .requested),
        ])
    func newcomer(estimate: Int, wanted: String, held: Bool, name: String, reason: RenditionDecision.Reason) {
        var choice = RenditionChoice()
        let decision = choice.decide(
            estimate: estimate, loss: 0, wanted: wanted, renditions: Self.loads(held: held), at: 0)
        #expect(decision.name == name)
        #expect(decision.change == reason)
    }

    @Test("It steps down at once, and up when 1.15 times the need was carried for two seconds")
    func downAndUp() {
        var choice = RenditionChoice()
        func decide(_ estimate: Int, _ milliseconds: Int) -> RenditionDecision {
            choice.decide(
                estimate: estimate, loss: 0, wanted: "full", renditions: Self.loads(), at: Self.at(milliseconds))
        }
        #expect(decide(3_000_000, 0).name == "full")
        let down = decide(2_000_000, 100)
        #expect(down.name == "tile" && down.change == .congestion)
        #expect(down.demand == Int(2_100_000 * 1.15))
        #expect(decide(2_200_000, 200).name == "tile")
        #expect(decide(2_500_000, 1000).name == "tile")
        #expect(decide(2_500_000, 2900).name == "tile")
        let up = decide(2_500_000, 3000)
        #expect(up.name == "full" && up.change == .recovered)
        #expect(decide(2_500_000, 3100).change == nil)
    }

    @Test("An estimate that swings around the need switches ever less often")
    func swings() {
        var choice = RenditionChoice()
        var times: [Int] = []
        for tenth in 0..<1200 {
            let estimate = tenth / 40 % 2 == 0 ? 2_500_000 : 2_000_000
            let decision = choice.decide(
                estimate: estimate, loss: 0, wanted: "full", renditions: Self.loads(), at: Self.at(tenth * 100))
            if decision.change != nil { times.append(tenth) }
        }
        #expect(times.count <= 4)
    }

    @Test("What a viewer asks for comes at once if it can, and never more than that")
    func asked() {
        var choice = RenditionChoice()
        func decide(_ wanted: String, _ milliseconds: Int) -> RenditionDecision {
            choice.decide(
                estimate: 3_000_000, loss: 0, wanted: wanted, renditions: Self.loads(), at: Self.at(milliseconds))
        }
        #expect(decide("tile", 0).name == "tile")
        #expect(decide("tile", 9000).change == nil)
        #expect(decide("tile", 9000).demand == 500_000)
        #expect(decide("full", 9100).change == .requested)
        let back = decide("tile", 9200)
        #expect(back.name == "tile" && back.change == .requested)
    }

    @Test("While packets are lost nothing is added")
    func lossy() {
        var choice = RenditionChoice()
        for tenth in 0..<100 {
            let decision = choice.decide(
                estimate: tenth == 0 ? 400_000 : 5_000_000, loss: 0.08, wanted: "full", renditions: Self.loads(),
                at: Self.at(tenth * 100))
            #expect(decision.name == "tile")
        }
    }
}
