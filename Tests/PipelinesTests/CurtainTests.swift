import Testing

@testable import Pipelines

@Suite("The curtain between the guest and a placeholder")
struct CurtainTests {
    @Test("A source's first frame is told from the others, and from those of a source that was replaced")
    func sources() {
        let curtain = Curtain()
        let one = curtain.change()
        #expect(curtain.enter(one) == .first)
        #expect(curtain.enter(one) == .ordinary)
        let two = curtain.change()
        #expect(!curtain.isTurn(of: one) && curtain.isTurn(of: two))
        #expect(curtain.enter(one) == .refused)
        #expect(curtain.enter(two) == .first)
        #expect(curtain.enter(one) == .refused)
        #expect(curtain.enter(two) == .ordinary)
    }

    @Test("A placeholder is on until the guest's next frame, and not after it")
    func placeholder() {
        let curtain = Curtain()
        let guest = curtain.change()
        _ = curtain.enter(guest)
        #expect(!curtain.isDown)
        let act = curtain.lower()
        #expect(curtain.isDown)
        var shown = 0
        #expect(curtain.perform(act) { shown += 1 })
        #expect(curtain.perform(act) { shown += 1 })
        #expect(curtain.enter(guest) == .first)
        #expect(!curtain.isDown)
        #expect(!curtain.perform(act) { shown += 1 })
        #expect(shown == 2)
    }

    @Test("Of two placeholders only the newer one is on, and a replaced source ends neither")
    func placeholders() {
        let curtain = Curtain()
        let old = curtain.change()
        let first = curtain.lower()
        let second = curtain.lower()
        let new = curtain.change()
        #expect(!curtain.perform(first) {})
        #expect(curtain.enter(old) == .refused)
        #expect(curtain.perform(second) {})
        #expect(curtain.enter(new) == .first)
        #expect(!curtain.perform(second) {})
    }
}
