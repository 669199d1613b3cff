import Fleet
import Signaling

extension GuestFocus {
    /// A guest that somebody controls counts as focused; follows the desk until cancelled.
    func follow(_ desk: ControlDesk) async {
        // The desk waits for who observes it, and must not wait for QEMU.
        let (changes, told) = AsyncStream<Bool>.makeStream(bufferingPolicy: .bufferingNewest(1))
        await desk.observe { told.yield($0) }
        for await isControlled in changes { await setControlled(isControlled) }
    }
}
