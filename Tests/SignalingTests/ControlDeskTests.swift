import Pipelines
import Synchronization
import Testing

@testable import Signaling

@Suite("Control", .timeLimit(.minutes(1)))
struct ControlDeskTests {
    /// Remembers what reached the guest, whose keyboard has no `Fn`, and whose machine knows no F13 when it is let go.
    final class Guest: InputSink {
        private let played = Mutex<[InputEvent]>([])
        var events: [InputEvent] { played.withLock { $0 } }
        func send(_ events: [InputEvent], taken: (@Sendable (UInt64) -> Void)?) throws {
            for case .key("Fn", _) in events { throw InputError.unknownKey("Fn") }
            if events.contains(.key(code: "F13", pressed: false)) { throw InputError.unknownKey("F13") }
            played.withLock { $0 += events }
            taken?(MediaLibrary.now())
        }
    }

    @Test("The first to play is in control, another is refused until handed over, and no key stays pressed")
    func handover() async throws {
        let guest = Guest()
        let desk = ControlDesk(sink: guest)
        let (anna, ben) = (ViewerID(), ViewerID())
        let press: [InputEvent] = [.key(code: "KeyA", pressed: true)]
        try await desk.play(press, from: anna)
        await #expect(throws: ControlError.heldByAnother) { try await desk.play(press, from: ben) }
        await #expect(throws: ControlError.heldByAnother) { try await desk.playUnattended(press) }
        await desk.take(ben)
        #expect(guest.events == press + [.key(code: "KeyA", pressed: false)])
        await #expect(throws: ControlError.heldByAnother) { try await desk.play(press, from: anna) }
        try await desk.play([.button(0, pressed: true)], from: ben)
        await desk.leave(ben)
        #expect(guest.events.last == .button(0, pressed: false))
        try await desk.play(press, from: anna)
        await desk.releaseAll(from: anna)
        #expect(guest.events.last == .key(code: "KeyA", pressed: false))
    }

    @Test("Who claims control gets it only where nobody has it")
    func claims() async throws {
        let guest = Guest()
        let desk = ControlDesk(sink: guest)
        let (anna, ben) = (ViewerID(), ViewerID())
        try await desk.playUnattended([.key(code: "KeyA", pressed: true)])
        #expect(await desk.claim(anna))
        #expect(guest.events.last == .key(code: "KeyA", pressed: false))
        #expect(await desk.claim(anna))
        #expect(await !desk.claim(ben))
        await desk.leave(anna)
        #expect(await desk.claim(ben))
    }

    @Test("Everybody is told who is in control")
    func observers() async throws {
        let desk = ControlDesk(sink: Guest())
        let (anna, ben) = (ViewerID(), ViewerID())
        let seen = Mutex<[ViewerID?]>([])
        await desk.join(ben) { holder in seen.withLock { $0.append(holder) } }
        await desk.take(anna)
        await desk.release(ben)
        await desk.release(anna)
        #expect(seen.withLock { $0 } == [nil, anna, nil])
    }

    @Test("Who is given control while others hear of an earlier change has been told before")
    func toldFirst() async throws {
        let desk = ControlDesk(sink: Guest())
        let (anna, ben) = (ViewerID(), ViewerID())
        let seen = Mutex<[ViewerID?]>([])
        let hears = AsyncStream<Void>.makeStream()
        await desk.join(ben) { holder in
            hears.continuation.yield()
            // Slow to hear.
            try? await Task.sleep(for: .milliseconds(50))
            seen.withLock { $0.append(holder) }
        }
        await desk.take(anna)
        var heard = hears.stream.makeAsyncIterator()
        for _ in 0..<2 { await heard.next() }
        async let released: Void = desk.release(anna)
        // Ben is being told that nobody is in control.
        await heard.next()
        #expect(await desk.claim(ben))
        #expect(seen.withLock { $0.last } == .some(ben))
        await released
    }

    @Test("Whether anybody is in control is told, now and with every change")
    func control() async throws {
        let desk = ControlDesk(sink: Guest())
        let (anna, ben) = (ViewerID(), ViewerID())
        await desk.take(anna)
        let seen = Mutex<[Bool]>([])
        await desk.observe { isControlled in seen.withLock { $0.append(isControlled) } }
        await desk.take(ben)
        await desk.leave(ben)
        #expect(seen.withLock { $0 } == [true, true, false])
    }

    @Test("A key that the guest does not have keeps no other one down")
    func refusedKey() async throws {
        let guest = Guest()
        let desk = ControlDesk(sink: guest)
        let (anna, ben) = (ViewerID(), ViewerID())
        try await desk.play([.key(code: "KeyA", pressed: true)], from: anna)
        try await desk.play([.key(code: "F13", pressed: true)], from: anna)
        await #expect(throws: InputError.unknownKey("Fn")) {
            try await desk.play([.key(code: "Fn", pressed: true)], from: anna)
        }
        await desk.take(ben)
        #expect(guest.events.last == .key(code: "KeyA", pressed: false))
        try await desk.play([.button(2, pressed: true)], from: ben)
        await desk.releaseAll(from: ben)
        #expect(guest.events.last == .button(2, pressed: false), "what was refused is not let go again")
    }

    @Test("However many take control at once, everybody hears the same holder last", arguments: 0..<20)
    func contention(round: Int) async throws {
        let desk = ControlDesk(sink: Guest())
        let viewers = (0..<4).map { _ in ViewerID() }
        let heard = Mutex<[ViewerID: ViewerID?]>([:])
        for viewer in viewers {
            await desk.join(viewer) { holder in
                // Some are slow to hear.
                try? await Task.sleep(for: .microseconds(Int.random(in: 0...500)))
                heard.withLock { $0[viewer] = holder }
            }
        }
        await withTaskGroup(of: Void.self) { group in
            for viewer in viewers { group.addTask { await desk.take(viewer) } }
        }
        let last = heard.withLock { Set($0.values) }
        #expect(last.count == 1 && last.first != .some(nil), "round \(round): \(last)")
    }
}
