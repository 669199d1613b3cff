import Fleet
import Signaling
import Synchronization

/// Plays viewers' input on the guest: keys by QEMU's names, and pointer places as motion for guests without a tablet.
final class GuestInput: InputSink {
    private let hasTablet: Bool
    private let pointer = Mutex(PointerTrack())
    private let pacer: InputPacer

    /// - Parameter hasTablet: whether the guest takes absolute pointer places.
    convenience init(guest: Guest, hasTablet: Bool) {
        self.init(hasTablet: hasTablet) { guest.sendInput($0, onTaken: $1) }
    }

    init(hasTablet: Bool, post: @escaping InputPacer.Post) {
        self.hasTablet = hasTablet
        pacer = InputPacer(nudgesMouse: !hasTablet, post: post)
    }

    /// Tells the guest's screen size, which places are scaled to.
    func resized(width: Int, height: Int) { pointer.withLock { $0.resize(width: width, height: height) } }

    /// The guest is gone: what waits is not for the next one, whose pointer is elsewhere.
    func lost() {
        pacer.clear()
        pointer.withLock { $0.forget() }
    }

    /// Takes no more input, and returns when nothing is under way.
    func stop() async { await pacer.stop() }

    func send(_ events: [Signaling.InputEvent], taken: (@Sendable (UInt64) -> Void)?) throws {
        // All of them first: where one is none of the guest's keys, none is played.
        for case .key(let code, _) in events where QKeyCode(code: code) == nil { throw InputError.unknownKey(code) }
        for (index, event) in events.enumerated() {
            guard play(event, taken: index == events.count - 1 ? taken : nil) else {
                throw InputError.guestUnavailable("QEMU is down")
            }
        }
    }

    private func play(_ event: Signaling.InputEvent, taken: InputQueue.Taken?) -> Bool {
        switch event {
        case .key(let code, let pressed):
            guard let key = QKeyCode(code: code) else { return true }
            return add([.key(key, down: pressed)], taken)
        case .button(let button, let pressed):
            guard let button = Fleet.InputEvent.Button(dom: button) else { return true }
            return add([.button(button, down: pressed)], taken)
        case .wheel(let dy):
            let notches = pointer.withLock { $0.turnWheel(lines: dy) }
            return add((0..<notches.magnitude).flatMap { _ in Fleet.InputEvent.wheel(down: notches > 0) }, taken)
        case .pointerTo(let x, let y):
            if hasTablet { return add([.absolute(.x, x), .absolute(.y, y)], taken) }
            let steps = pointer.withLock { $0.move(toX: x, y: y) }
            let isPlayed = pacer.send { queue in
                // The first of two leads into the corner.
                steps.enumerated().allSatisfy { index, step in
                    let isLast = index == steps.count - 1
                    return queue.move(dx: step.dx, dy: step.dy, isDrive: !isLast, taken: isLast ? taken : nil)
                }
            }
            if !isPlayed { pointer.withLock { $0.forget() } }
            return isPlayed
        case .pointerBy(let dx, let dy):
            let step = pointer.withLock { $0.move(byX: dx, y: dy) }
            // Half a mouse count, say: the guest sees nothing of it, so nothing is taken.
            guard step != (0, 0) else { return true }
            return pacer.send { $0.move(dx: step.dx, dy: step.dy, taken: taken) }
        }
    }

    private func add(_ events: [Fleet.InputEvent], _ taken: InputQueue.Taken?) -> Bool {
        events.isEmpty || pacer.send { $0.add(events, taken: taken) }
    }
}
