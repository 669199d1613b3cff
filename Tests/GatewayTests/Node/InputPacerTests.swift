import Fleet
import Synchronization
import Testing

@testable import Gateway

@Suite("Input pacer", .timeLimit(.minutes(1)))
struct InputPacerTests {
    /// A guest that notes what comes, and when.
    private final class Guest: Sendable {
        private let state = Mutex((events: [(Fleet.InputEvent, ContinuousClock.Instant)](), isUp: true))
        var events: [Fleet.InputEvent] { state.withLock { $0.events.map(\.0) } }
        var times: [ContinuousClock.Instant] { state.withLock { $0.events.map(\.1) } }
        func goDown() { state.withLock { $0.isUp = false } }

        func take(_ events: [Fleet.InputEvent]) -> Bool {
            state.withLock { state in
                if state.isUp { state.events += events.map { ($0, .now) } }
                return state.isUp
            }
        }

        func wait(for count: Int) async throws {
            let deadline = ContinuousClock.now + .seconds(10)
            while events.count < count {
                try #require(ContinuousClock.now < deadline, "\(events)")
                try await Task.sleep(for: .milliseconds(1))
            }
        }
    }

    private func press(_ pacer: InputPacer, down: Bool = true) -> Bool {
        pacer.send { queue in queue.add([.key(Self.key, down: down)], taken: nil) }
    }

    private func move(_ pacer: InputPacer, by dx: Int) -> Bool {
        pacer.send { queue in queue.move(dx: dx, dy: 0, taken: nil) }
    }

    private static let key = QKeyCode(code: "KeyA")!

    @Test("What comes after a pause goes at once, a burst in its order and no faster than the devices take it")
    func pace() async throws {
        let guest = Guest()
        let pacer = InputPacer(nudgesMouse: false) { events, _ in guest.take(events) }
        #expect(press(pacer))
        #expect(guest.events == [.key(Self.key, down: true)])
        for down in [false, true, false] { #expect(press(pacer, down: down)) }
        try await guest.wait(for: 4)
        #expect(guest.events == [true, false, true, false].map { .key(Self.key, down: $0) })
        for (first, second) in zip(guest.times, guest.times.dropFirst()) {
            #expect(second - first >= InputPacer.keyInterval - .microseconds(50))
        }
        await pacer.stop()
        #expect(!press(pacer))
    }

    @Test("A mouse that fell silent is asked for its rest, and then left alone")
    func nudges() async throws {
        let guest = Guest()
        let pacer = InputPacer(nudgesMouse: true) { events, _ in guest.take(events) }
        #expect(move(pacer, by: 5))
        try await guest.wait(for: 1 + InputPacer.nudges)
        try await Task.sleep(for: InputPacer.patience * 3)
        #expect(guest.events == [.relative(.x, 5)] + Array(repeating: .relative(.x, 0), count: InputPacer.nudges))
        await pacer.stop()
    }

    @Test("What a guest that is down did not take is not given to the next one")
    func down() async throws {
        let guest = Guest()
        let pacer = InputPacer(nudgesMouse: false) { events, _ in guest.take(events) }
        #expect(press(pacer))
        guest.goDown()
        try await Task.sleep(for: InputPacer.keyInterval * 2)
        #expect(!move(pacer, by: 1000))
        #expect(!press(pacer, down: false))
        #expect(guest.events.count == 1)
        await pacer.stop()
    }
}
