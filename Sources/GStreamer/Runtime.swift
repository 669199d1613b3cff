import CGStreamer
import CSRTP

/// The process-wide GStreamer library: started once, by the roles that stream. The hub never calls it.
public enum Runtime {
    private static let started: Result<Void, GStreamerError> = {
        // There are threads by the dozen, and each would get a heap of its own that only grows.
        mallopt(M_ARENA_MAX, 2)
        _ = hasFastCiphers
        var error: UnsafeMutablePointer<GError>?
        guard gst_init_check(nil, nil, &error) != 0 else {
            let reason = error.map { String(cString: $0.pointee.message) } ?? "unknown reason"
            g_clear_error(&error)
            return .failure(.initialisationFailed(reason))
        }
        return .success(())
    }()

    /// Starts GStreamer; further calls cost nothing.
    ///
    /// - Throws: `GStreamerError.initialisationFailed` with GLib's reason.
    public static func start() throws(GStreamerError) { try started.get() }

    /// Whether media is encrypted by OpenSSL's ciphers. Where libsrtp does not take them it goes on with its own, which cost
    /// three times as much.
    public static let hasFastCiphers = loco_srtp_use_openssl() == 0

    /// Gives the heap's free pages back to the system.
    public static func trimMemory() { malloc_trim(0) }

    /// The version of the library in use, such as `1.22.0`.
    public static var version: String {
        var (major, minor, micro, nano): (guint, guint, guint, guint) = (0, 0, 0, 0)
        gst_version(&major, &minor, &micro, &nano)
        return "\(major).\(minor).\(micro)"
    }

    /// Whether an element factory of that name is registered.
    public static func hasElement(_ factory: String) -> Bool {
        guard let found = gst_element_factory_find(factory) else { return false }
        gst_object_unref(UnsafeMutableRawPointer(found))
        return true
    }

    /// Checks that every factory named is registered.
    ///
    /// - Throws: `GStreamerError.missingElement` for the first that is not, with the Debian package to install.
    public static func require(_ factories: [String]) throws(GStreamerError) {
        for factory in factories where !hasElement(factory) {
            throw .missingElement(factory: factory, package: DebianPackage.ofElement[factory])
        }
    }

    /// Now, on the clock every Loco pipeline runs by: nanoseconds of `CLOCK_MONOTONIC`.
    public static func now() -> UInt64 { UInt64(g_get_monotonic_time()) * 1000 }
}
