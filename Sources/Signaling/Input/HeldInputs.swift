/// Keys and buttons a viewer holds down, so that none stays pressed when the viewer goes.
struct HeldInputs: Equatable {
    private var keys: Set<String> = []
    private var buttons: Set<Int> = []

    /// More keys than any keyboard reports at once are a flood, not typing.
    static let limit = 64

    /// Notes events that were played.
    mutating func note(_ events: [InputEvent]) {
        for event in events {
            switch event {
            case .key(let code, true): if keys.count < Self.limit { keys.insert(code) }
            case .key(let code, false): keys.remove(code)
            case .button(let button, true): buttons.insert(button)
            case .button(let button, false): buttons.remove(button)
            case .pointerTo, .pointerBy, .wheel: break
            }
        }
    }

    /// The releases that let go of everything, in a stable order; afterwards nothing is held.
    mutating func releaseAll() -> [InputEvent] {
        defer { self = HeldInputs() }
        return keys.sorted().map { .key(code: $0, pressed: false) }
            + buttons.sorted().map { .button($0, pressed: false) }
    }
}
