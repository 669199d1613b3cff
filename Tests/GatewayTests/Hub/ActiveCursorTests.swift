import Fleet
import Testing

@testable import Gateway

@Suite struct ActiveCursorTests {
    private func ids(_ numbers: Int...) -> [InstanceID] { numbers.map(InstanceID.init(ordinal:)) }

    @Test func `it steps in the order of ordinals, and around both ends`() {
        var cursor = ActiveCursor()
        let all = ids(0, 2, 10)
        var seen: [InstanceID?] = []
        for forward in [true, true, true, true, false, false] {
            cursor.step(forward: forward, among: all, from: nil)
            seen.append(cursor.place)
        }
        #expect(seen == ids(0, 2, 10, 0, 10, 2))
    }

    @Test func `the first step to the left is to the last, and with an active instance it counts from there`() {
        var fresh = ActiveCursor()
        fresh.step(forward: false, among: ids(0, 1, 2), from: nil)
        #expect(fresh.place == InstanceID(ordinal: 2))
        var beside = ActiveCursor()
        beside.step(forward: false, among: ids(0, 1, 2), from: InstanceID(ordinal: 1))
        #expect(beside.place == InstanceID(ordinal: 0))
    }

    @Test func `from an instance that is gone it goes on where that was, and without instances it is nowhere`() {
        var cursor = ActiveCursor()
        cursor.step(forward: true, among: ids(1, 2, 3), from: InstanceID(ordinal: 1))
        cursor.step(forward: true, among: ids(1, 3), from: nil)
        #expect(cursor.place == InstanceID(ordinal: 3))
        cursor.step(forward: true, among: [], from: nil)
        #expect(cursor.place == nil)
        #expect(cursor.settle(among: [], from: nil) == nil)
        #expect(cursor.settle(among: ids(4), from: InstanceID(ordinal: 3)) == InstanceID(ordinal: 4))
    }
}
