import Foundation
import GStreamer
import TestSupport

/// Draws distinct pictures at exact intervals, as a guest does.
enum Painter {
    /// Fills the display's window with one colour after another.
    ///
    /// - Returns: when each picture was handed to the server, in nanoseconds.
    static func paint(_ count: Int, every interval: UInt64, on display: Display) async -> [UInt64] {
        let (stream, continuation) = AsyncStream.makeStream(of: UInt64.self)
        // A thread of its own: what is tested is the capture's time, not that of Swift's pool.
        let thread = Thread {
            let start = Runtime.now()
            for index in 0..<count {
                let due = start + UInt64(index) * interval
                let now = Runtime.now()
                if due > now { usleep(UInt32((due - now) / 1000)) }
                display.fill(UInt32(index % 250 + 1) * 0x010101)
                continuation.yield(Runtime.now())
            }
            continuation.finish()
        }
        thread.start()
        var times: [UInt64] = []
        for await time in stream { times.append(time) }
        return times
    }
}
