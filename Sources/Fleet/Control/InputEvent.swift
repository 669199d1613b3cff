/// One change of a guest's keyboard or mouse, as QMP's `input-send-event` takes it.
public enum InputEvent: Sendable, Hashable {
    /// A mouse button of QEMU's; the wheel is made of two of them.
    public enum Button: String, Sendable, CaseIterable {
        case left, middle, right, side, extra
        case wheelUp = "wheel-up"
        case wheelDown = "wheel-down"

        /// The button of DOM's `MouseEvent.button`: 0 left, 1 middle, 2 right, 3 back, 4 forward.
        public init?(dom: Int) {
            let order: [Button] = [.left, .middle, .right, .side, .extra]
            guard order.indices.contains(dom) else { return nil }
            self = order[dom]
        }
    }

    /// A direction of motion.
    public enum Axis: String, Sendable {
        /// To the right.
        case x
        /// Downwards.
        case y
    }

    /// A key goes down or up.
    case key(QKeyCode, down: Bool)
    /// A button goes down or up.
    case button(Button, down: Bool)
    /// The mouse moves by so many counts.
    case relative(Axis, Int)
    /// The tablet's pen is at 0...1 of the screen; only for a guest with a tablet.
    case absolute(Axis, Double)

    /// A wheel step, which QEMU wants as a press and a release.
    public static func wheel(down: Bool) -> [InputEvent] {
        let button: Button = down ? .wheelDown : .wheelUp
        return [.button(button, down: true), .button(button, down: false)]
    }

    var value: QMPValue {
        switch self {
        case .key(let code, let down):
            [
                "type": "key",
                "data": ["down": .bool(down), "key": ["type": "qcode", "data": .string(code.rawValue)]],
            ]
        case .button(let button, let down):
            ["type": "btn", "data": ["down": .bool(down), "button": .string(button.rawValue)]]
        case .relative(let axis, let counts):
            ["type": "rel", "data": ["axis": .string(axis.rawValue), "value": .integer(Int64(counts))]]
        case .absolute(let axis, let position):
            // QEMU's absolute axes go from 0 to 0x7fff.
            [
                "type": "abs",
                "data": [
                    "axis": .string(axis.rawValue),
                    "value": .integer(Int64((min(max(position, 0), 1) * 0x7fff).rounded())),
                ],
            ]
        }
    }

    static func arguments(_ events: [InputEvent]) -> QMPValue {
        ["events": .array(events.map(\.value))]
    }
}
