import CGStreamer
import Dispatch
import Synchronization

/// Closes an ICE agent of libnice's and waits, with a deadline, until that is done.
final class ICEAgentClosing: Sendable {
    private let agent: Object
    private let close: NiceLibrary.Close
    /// The agent's own; whoever holds the agent holds it. (`nonisolated(unsafe)`: an immutable pointer to what GLib
    /// locks itself.)
    private nonisolated(unsafe) let context: OpaquePointer
    private let waiting: Mutex<CheckedContinuation<Void, Never>?>

    private init(
        _ agent: Object, _ close: @escaping NiceLibrary.Close, _ context: OpaquePointer,
        _ continuation: CheckedContinuation<Void, Never>
    ) {
        self.agent = agent
        self.close = close
        self.context = context
        waiting = Mutex(continuation)
    }

    /// Closes the agent; returns when its TURN servers have answered, or after the deadline. Does nothing where libnice
    /// cannot close agents.
    static func close(_ agent: Object, within seconds: Double) async {
        guard let function = NiceLibrary.close, let context = agent.pointerProperty("main-context") else { return }
        await withCheckedContinuation { continuation in
            let closing = ICEAgentClosing(agent, function, OpaquePointer(context), continuation)
            // The answer goes to the context that is the thread's default when the closing starts: only the agent's
            // own thread runs one.
            g_main_context_invoke_full(
                closing.context, G_PRIORITY_DEFAULT, closeOnAgentThread, Unmanaged.passRetained(closing).toOpaque(),
                closingReleased)
            DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { closing.finish() }
        }
    }

    fileprivate func start() {
        g_main_context_push_thread_default(context)
        close(agent.pointer, agentClosed, Unmanaged.passRetained(self).toOpaque())
        g_main_context_pop_thread_default(context)
    }

    fileprivate func finish() {
        let continuation = waiting.withLock { held in
            defer { held = nil }
            return held
        }
        continuation?.resume()
    }
}

extension Object {
    /// The address in a property that holds a plain pointer.
    fileprivate func pointerProperty(_ name: String) -> UnsafeMutableRawPointer? {
        guard loco_find_property(pointer, name) != nil else { return nil }
        var value = GValue()
        // G_TYPE_POINTER.
        g_value_init(&value, 17 << 2)
        defer { g_value_unset(&value) }
        g_object_get_property(object, name, &value)
        return g_value_get_pointer(&value)
    }
}

private func closeOnAgentThread(data: gpointer?) -> gboolean {
    if let data { Unmanaged<ICEAgentClosing>.fromOpaque(data).takeUnretainedValue().start() }
    return 0  // G_SOURCE_REMOVE
}

private func closingReleased(data: gpointer?) {
    if let data { Unmanaged<ICEAgentClosing>.fromOpaque(data).release() }
}

private func agentClosed(
    agent: UnsafeMutableRawPointer?, result: UnsafeMutableRawPointer?, data: UnsafeMutableRawPointer?
) {
    if let data { Unmanaged<ICEAgentClosing>.fromOpaque(data).takeRetainedValue().finish() }
}
