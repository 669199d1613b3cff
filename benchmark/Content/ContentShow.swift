import CX11
import Foundation
import GStreamer

/// Shows made-up content in a window, each frame at its time, until it is told to end. Holds its thread.
struct ContentShow {
    let content: any ScreenContent
    let display: String
    /// nil: until the input ends, or a signal asks for it.
    let seconds: Int?
    /// The descriptor whose end ends it.
    var input: Int32 = 0

    /// In nanoseconds: how often a waiting thread looks for a signal at least.
    private static let longestWait: UInt64 = 100_000_000

    /// Shows it.
    ///
    /// - Parameter begun: gets the time of the first frame once that is shown.
    /// - Returns: what became of the frames.
    /// - Throws: `ContentError`, or what `begun` throws.
    func run(_ begun: (ContentLine) throws -> Void) throws -> ContentLine {
        let window = try ContentWindow(display: display, format: content.format)
        content.draw(0, into: window.pixels)
        let pace = FramePace(start: Runtime.now() + 20_000_000, framesPerSecond: content.format.framesPerSecond)
        let end = seconds.map { pace.start + UInt64($0) * 1_000_000_000 }
        var late: [Double] = []
        var (frame, shown, skipped) = (0, 0, 0)
        var change: Int?
        while true {
            let newest = content.lastChange(upTo: frame)
            let differs = newest != change
            if differs, frame > 0 {
                try window.waitUntilTaken()
                content.draw(frame, into: window.pixels)
            }
            guard end.map({ pace.due(frame) < $0 }) ?? true, try wait(until: pace.due(frame), window) else { break }
            let now = Runtime.now()
            if differs {
                window.show()
                late.append(Double(now - pace.due(frame)) / 1_000_000)
                // A year at any rate would fill the memory: the newest say enough.
                if late.count > 100_000 { late.removeFirst(50_000) }
                shown += 1
                change = newest
            }
            if frame == 0 {
                try begun(ContentLine(start: pace.start, framesPerSecond: content.format.framesPerSecond))
            }
            let next = pace.next(after: frame, at: Runtime.now())
            if frame + 1 < next {
                skipped += (frame + 1..<next).count { content.lastChange(upTo: $0) == $0 }
            }
            frame = next
        }
        let delays = Distribution(late)
        return ContentLine(
            shown: shown, skipped: skipped, lateP50: delays.median, lateP95: delays.percentile95)
    }

    /// Waits for a time.
    ///
    /// - Returns: false where the end has come before.
    private func wait(until time: UInt64, _ window: ContentWindow) throws -> Bool {
        while true {
            guard !StopRequest.isRaised else { return false }
            try window.check()
            let now = Runtime.now()
            let left = time > now ? min(time - now, Self.longestWait) : 0
            var timeout = timespec(tv_sec: 0, tv_nsec: Int(left))
            var input = pollfd(fd: self.input, events: Int16(POLLIN), revents: 0)
            // Also where no time is left: the input's end is to be noticed at every rate.
            if ppoll(&input, 1, &timeout, nil) > 0 {
                var waste = [UInt8](repeating: 0, count: 4096)
                guard read(self.input, &waste, waste.count) > 0 else { return false }
            }
            if Runtime.now() >= time { return true }
        }
    }
}
