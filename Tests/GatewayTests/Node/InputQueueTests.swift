import Fleet
import Testing

@testable import Gateway

@Suite("Input queue", .timeLimit(.minutes(1)))
struct InputQueueTests {
    private static let key = QKeyCode(code: "KeyA")!

    private func isTaken(_ result: Bool, _ expected: Bool = true) { #expect(result == expected) }

    /// Takes everything out.
    private func drained(_ queue: inout InputQueue) -> [[Fleet.InputEvent]] {
        var result: [[Fleet.InputEvent]] = []
        while let batch = queue.next() { result.append(batch.events) }
        return result
    }

    @Test("A far motion goes in packets of both directions, the last of which says that it was taken")
    func packets() {
        var queue = InputQueue()
        var said = 0
        isTaken(queue.move(dx: 300, dy: -130, taken: { _ in }))
        var batches: [[Fleet.InputEvent]] = []
        while let batch = queue.next() {
            batches.append(batch.events)
            said += batch.taken.count
            #expect(batch.taken.isEmpty != queue.isEmpty)
        }
        #expect(
            batches == [
                [.relative(.x, 127), .relative(.y, -127)], [.relative(.x, 127), .relative(.y, -3)], [.relative(.x, 46)],
            ])
        #expect(said == 1)
    }

    @Test("The drive into a corner is over before the step from there begins")
    func drive() {
        var queue = InputQueue()
        isTaken(queue.move(dx: -200, dy: -200, isDrive: true, taken: nil))
        isTaken(queue.move(dx: 100, dy: 50, taken: nil))
        let all = drained(&queue)
        #expect(
            all == [
                [.relative(.x, -127), .relative(.y, -127)], [.relative(.x, -73), .relative(.y, -73)],
                [.relative(.x, 100), .relative(.y, 50)],
            ])
    }

    @Test("Motions that wait become one, but not across a button")
    func joining() {
        var queue = InputQueue()
        isTaken(queue.move(dx: 10, dy: 5, taken: nil))
        isTaken(queue.move(dx: -4, dy: 5, taken: nil))
        isTaken(queue.add([.button(.left, down: true)], taken: nil))
        isTaken(queue.move(dx: 1, dy: 0, taken: nil))
        let all = drained(&queue)
        #expect(
            all == [
                [.relative(.x, 6), .relative(.y, 10)], [.button(.left, down: true)], [.relative(.x, 1)],
            ])
    }

    @Test("Many notches of a wheel are two at a time")
    func wheel() {
        var queue = InputQueue()
        isTaken(queue.add((0..<5).flatMap { _ in Fleet.InputEvent.wheel(down: true) }, taken: nil))
        let all = drained(&queue)
        #expect(all.map(\.count) == [4, 4, 2])
    }

    @Test("A full queue takes no press and no new motion, but every release")
    func bound() {
        var queue = InputQueue()
        for _ in 0..<InputQueue.limit { isTaken(queue.add([.key(Self.key, down: true)], taken: nil)) }
        isTaken(queue.add([.key(Self.key, down: true)], taken: nil), false)
        isTaken(queue.move(dx: 1, dy: 1, taken: nil), false)
        isTaken(queue.add([.key(Self.key, down: false)], taken: nil))
        let all = drained(&queue)
        #expect(all.last == [.key(Self.key, down: false)])
    }
}
