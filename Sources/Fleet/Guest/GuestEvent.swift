/// Something that happened to a guest; who captures its picture and sound must follow some of them.
public enum GuestEvent: Sendable, Equatable {
    /// A service's status changed.
    case service(ServiceStatus)
    /// A service ended without being asked to.
    case crashed(CrashRecord)
    /// QEMU runs and its window is on `display`: build the video capture (again).
    case displayReady(display: String, window: GuestWindow)
    /// The picture's source is gone: QEMU or the X server ended.
    case displayLost
    /// The sound server listens: build the sound capture (again).
    case soundReady(server: String)
    /// The sound server ended. QEMU does not reconnect to the next one: after `soundReady` the monitor delivers
    /// silence until `Guest.recover(.sound)`.
    case soundLost
    /// QEMU reported something.
    case qmp(QMPEvent)
}
