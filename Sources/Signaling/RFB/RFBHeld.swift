/// Keys and buttons that a bridge's client holds down in the guest, so that none stays pressed when it loses control or
/// goes. Pure.
public struct RFBHeld: Sendable, Equatable {
    private var keysyms: Set<UInt32> = []
    /// By scan code: what a client makes of a key changes while it is held, as by Shift.
    private var scanCodes: [UInt32: UInt32] = [:]
    private var pointer: (x: UInt16, y: UInt16, buttons: UInt8) = (0, 0, 0)

    /// More keys than any keyboard reports at once are a flood, not typing.
    public static let limit = 64

    /// Nothing is held.
    public init() {}

    /// Whether nothing is held.
    public var isEmpty: Bool { keysyms.isEmpty && scanCodes.isEmpty && pointer.buttons == 0 }

    /// Notes input that is about to be passed on.
    ///
    /// - Returns: false where it is not to be: it could not be let go of later.
    public mutating func note(_ message: RFBMessage) -> Bool {
        switch message {
        case .key(let keysym, true):
            guard keysyms.count + scanCodes.count < Self.limit || keysyms.contains(keysym) else { return false }
            keysyms.insert(keysym)
        case .key(let keysym, false): keysyms.remove(keysym)
        case .scanCode(let code, let keysym, true):
            guard keysyms.count + scanCodes.count < Self.limit || scanCodes[code] != nil else { return false }
            scanCodes[code] = keysym
        case .scanCode(let code, _, false): scanCodes[code] = nil
        case .pointer(let x, let y, let buttons): pointer = (x, y, buttons)
        case .request, .change, .unwanted: break
        }
        return true
    }

    /// The messages that let go of everything, in a stable order; afterwards nothing is held.
    public mutating func releaseAll() -> [UInt8] {
        var bytes: [UInt8] = []
        func add(_ number: UInt32) { for shift in [24, 16, 8, 0] { bytes.append(UInt8(number >> shift & 0xff)) } }
        for (code, keysym) in scanCodes.sorted(by: { $0.key < $1.key }) {
            bytes += [255, 0, 0, 0]
            add(keysym)
            add(code)
        }
        for keysym in keysyms.sorted() {
            bytes += [4, 0, 0, 0]
            add(keysym)
        }
        if pointer.buttons != 0 {
            bytes += [5, 0]
            add(UInt32(pointer.x) << 16 | UInt32(pointer.y))
        }
        (keysyms, scanCodes, pointer.buttons) = ([], [:], 0)
        return bytes
    }

    /// Whether the same is held, and the pointer at the same place.
    public static func == (left: RFBHeld, right: RFBHeld) -> Bool {
        left.keysyms == right.keysyms && left.scanCodes == right.scanCodes && left.pointer == right.pointer
    }
}
