/// What QEMU has reported by itself that speaks of trouble: disk errors, panics, shutdowns. A pure value: the events
/// and the time are passed in.
public struct GuestIncidents: Sendable, Equatable {
    /// Seconds for which a disk error counts as new.
    public static let window = 60.0
    /// Disk errors remembered with their times; more than that within the window say nothing more.
    private static let remembered = 256

    /// Disk errors since QEMU began.
    public private(set) var diskErrors = 0
    /// The last disk error in QEMU's words: "write on ide0-hd0: No space left on device"; nil when there was none.
    public private(set) var lastDiskError: String?
    /// The guest's kernel has reported a panic, and the guest has not been reset since.
    public private(set) var hasPanicked = false
    /// Why the guest shut down, QEMU's word: "guest-shutdown"; nil when it did not.
    public private(set) var shutdown: String?

    private var times: [Double] = []

    /// Nothing was reported.
    public init() {}

    /// Notes an event of QEMU's control socket; those that say nothing of trouble change nothing.
    ///
    /// - Parameters:
    ///   - name: "BLOCK_IO_ERROR".
    ///   - data: the event's fields that are text.
    ///   - seconds: on a monotonic clock, the same one as `newDiskErrors(at:)`'s.
    public mutating func note(_ name: String, data: [String: String] = [:], at seconds: Double) {
        switch name {
        case "BLOCK_IO_ERROR", "BLOCK_IMAGE_CORRUPTED":
            diskErrors += 1
            times.append(seconds)
            if times.count > Self.remembered { times.removeFirst() }
            let device = [data["device"], data["node-name"]].compactMap(\.self).first { !$0.isEmpty } ?? "the disk"
            lastDiskError = "\(data["operation"] ?? "access") on \(device): \(data["reason"] ?? data["msg"] ?? name)"
        case "GUEST_PANICKED", "GUEST_CRASHLOADED": hasPanicked = true
        case "SHUTDOWN": shutdown = data["reason"] ?? "unknown"
        case "RESET": (hasPanicked, shutdown) = (false, nil)
        default: break
        }
    }

    /// Disk errors within the window.
    public func newDiskErrors(at seconds: Double) -> Int {
        times.count { $0 > seconds - Self.window }
    }
}
