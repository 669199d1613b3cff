import Fleet
import Signaling
import Synchronization

/// Plays viewers' input on the guest: keys by QEMU's names, and pointer places as motion for guests without a tablet.
final class GuestInput: InputSink {
    private let guest: Guest
    private let hasTablet: Bool
    private let pointer = Mutex(PointerTrack())

    /// - Parameter hasTablet: whether the guest takes absolute pointer places.
    init(guest: Guest, hasTablet: Bool) {
        self.guest = guest
        self.hasTablet = hasTablet
    }

    /// Tells the guest's screen size, which places are scaled to.
    func resized(width: Int, height: Int) { pointer.withLock { $0.resize(width: width, height: height) } }

    func send(_ events: [Signaling.InputEvent], taken: (@Sendable (UInt64) -> Void)?) throws {
        var played: [Fleet.InputEvent] = []
        for event in events { played += try translate(event) }
        // Half a mouse count, say: the guest sees nothing of it, so nothing is taken.
        guard !played.isEmpty else { return }
        guard guest.sendInput(played, onTaken: taken) else { throw InputError.guestUnavailable("QEMU is down") }
    }

    private func translate(_ event: Signaling.InputEvent) throws -> [Fleet.InputEvent] {
        switch event {
        case .key(let code, let pressed):
            guard let key = QKeyCode(code: code) else { throw InputError.unknownKey(code) }
            return [.key(key, down: pressed)]
        case .button(let button, let pressed):
            guard let button = Fleet.InputEvent.Button(dom: button) else { return [] }
            return [.button(button, down: pressed)]
        case .wheel(let dy):
            let notches = pointer.withLock { $0.turnWheel(lines: dy) }
            return (0..<notches.magnitude).flatMap { _ in Fleet.InputEvent.wheel(down: notches > 0) }
        case .pointerTo(let x, let y):
            if hasTablet { return [.absolute(.x, x), .absolute(.y, y)] }
            return pointer.withLock { $0.move(toX: x, y: y) }.flatMap { Self.motion(dx: $0.dx, dy: $0.dy) }
        case .pointerBy(let dx, let dy):
            let step = pointer.withLock { $0.move(byX: dx, y: dy) }
            return Self.motion(dx: step.dx, dy: step.dy)
        }
    }

    private static func motion(dx: Int, dy: Int) -> [Fleet.InputEvent] {
        (dx == 0 ? [] : [.relative(.x, dx)]) + (dy == 0 ? [] : [.relative(.y, dy)])
    }
}
