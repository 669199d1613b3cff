/// What an RFB client sends after the handshake, as far as a bridge has to know it.
public enum RFBMessage: Sendable, Equatable {
    /// Asks for the picture, or says how it is to be sent; nothing the guest notices.
    case request
    /// A key by its X keysym.
    case key(keysym: UInt32, pressed: Bool)
    /// A key by its PC scan code, with the keysym that the client makes of it (QEMU's extension).
    case scanCode(UInt32, keysym: UInt32, pressed: Bool)
    /// The pointer's place in pixels, and its buttons, bit 0 the left one.
    case pointer(x: UInt16, y: UInt16, buttons: UInt8)
    /// Something else that changes the guest: its clipboard, its screen's size.
    case change
    /// Something that is never passed on: sound, which the guest has another way for.
    case unwanted
}
