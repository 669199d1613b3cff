/// One thing a viewer does to the guest.
public enum InputEvent: Sendable, Equatable {
    /// A key by its W3C `KeyboardEvent.code`, such as `KeyA`.
    case key(code: String, pressed: Bool)
    /// The pointer's place, both 0...1 from the top left.
    case pointerTo(x: Double, y: Double)
    /// The pointer's motion in pixels of the guest's screen.
    case pointerBy(dx: Double, dy: Double)
    /// A button in the DOM's numbering: 0 left, 1 middle, 2 right, 3 back, 4 forward.
    case button(Int, pressed: Bool)
    /// Wheel motion in lines, positive down.
    case wheel(dy: Double)
}
