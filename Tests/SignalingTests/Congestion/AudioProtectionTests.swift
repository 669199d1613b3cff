import Testing

@testable import Signaling

@Suite("Audio protection", .timeLimit(.minutes(1)))
struct AudioProtectionTests {
    @Test("It turns on with a second of loss, and off after ten seconds without")
    func onAndOff() {
        var protection = AudioProtection()
        var turned: [(Int, Bool)] = []
        for tenth in 0..<400 {
            let before = protection.isOn
            let loss = (100..<150).contains(tenth) ? 0.05 : 0.0
            protection.update(loss: loss, at: UInt64(tenth) * 100_000_000)
            if protection.isOn != before { turned.append((tenth, protection.isOn)) }
        }
        #expect(turned.map(\.1) == [true, false])
        #expect((110...120).contains(turned[0].0))
        #expect((250...280).contains(turned[1].0))
    }

    @Test("One bad moment turns nothing on")
    func moment() {
        var protection = AudioProtection()
        for tenth in 0..<100 {
            protection.update(loss: tenth == 50 ? 0.3 : 0, at: UInt64(tenth) * 100_000_000)
            #expect(!protection.isOn)
        }
    }
}
