/// Why a guest could not be brought up or controlled.
public enum GuestError: Error, Sendable, CustomStringConvertible {
    /// The X server came up without telling its display's number.
    case noDisplay(lastLines: [String])
    /// The X server answered in a way that is not X11, or refused the connection.
    case displayRefused(display: String, reason: String)
    /// QEMU's window did not appear in time.
    case noWindow(display: String, after: Duration)
    /// QEMU needs the X server (or PulseAudio), which is not up.
    case dependencyDown(service: String, after: Duration)
    /// KVM was asked for and cannot be used here.
    case noKVM(reason: String)
    /// The running guest could not be handed over to a new QEMU; it runs on in the old one.
    case notMoved(reason: String)
    /// Another recovery of the guest is under way.
    case recovering
    /// The strategy is not the guest's to carry out.
    case notOurs(RecoveryStrategy)
    /// QEMU is not up, so there is nothing to control.
    case notRunning

    /// One sentence naming the part and, where there is one, the remedy.
    public var description: String {
        switch self {
        case .noDisplay(let lines): "Xvfb told no display number; it said: \(lines.suffix(5).joined(separator: " | "))"
        case .displayRefused(let display, let reason): "the X server \(display) refused a connection: \(reason)"
        case .noWindow(let display, let after): "QEMU opened no window on \(display) within \(after)"
        case .dependencyDown(let service, let after): "\(service) was not up within \(after)"
        case .noKVM(let reason):
            "KVM cannot be used: \(reason); choose accelerator automatic or tcg, or give this user /dev/kvm"
        case .notMoved(let reason):
            "the guest could not be handed over to a QEMU with sound (\(reason)); it runs on without: "
                + "restart qemu to give it sound, which starts the guest anew"
        case .recovering: "another recovery of the guest is under way"
        case .notOurs(let strategy): "'\(strategy.rawValue)' is not something the guest can do for itself"
        case .notRunning: "the guest is not running"
        }
    }
}
