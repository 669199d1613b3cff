import CGStreamer
import Synchronization

/// Counts the GStreamer objects this module created that have not been finalised yet.
///
/// The count follows the C objects (by weak reference), not their Swift wrappers: a reference cycle or a forgotten
/// unref inside a pipeline shows here. Tests assert that it returns to where it began.
public enum LiveObjects {
    private static let live = Atomic<Int>(0)

    /// Objects alive now.
    public static var count: Int { live.load(ordering: .relaxed) }

    static func track(_ object: UnsafeMutableRawPointer) {
        live.add(1, ordering: .relaxed)
        g_object_weak_ref(object.assumingMemoryBound(to: GObject.self), objectFinalised, nil)
    }

    fileprivate static func forget() { live.subtract(1, ordering: .relaxed) }
}

/// A file-scope function because GLib calls it on any thread: a closure would inherit its context's isolation.
private func objectFinalised(_: gpointer?, _: UnsafeMutablePointer<GObject>?) { LiveObjects.forget() }
