import CX11
import Foundation
import GStreamer

/// Reads what the guest plays from the pipe that the sound server writes to (PulseAudio's `module-pipe-sink`, paced by
/// the system's clock), all of it on the thread that calls ``run(isStopped:onData:)``.
///
/// The server writes every 5 ms while QEMU plays, whoever listens. With the server's own protocol each of these is a
/// packet, and costs its reader four system calls; from a pipe several are taken at once, as often as they are wanted:
/// 0.2 % of a core where recording took 2.
final class SoundPipe: @unchecked Sendable {
    // @unchecked Sendable: handed to its thread, and used by it alone.

    /// A server that lives writes always, silence too.
    static let deadline: UInt64 = 2_000_000_000
    /// The kernel's pipe holds 64 KiB, 340 ms of sound.
    private static let capacity = 65_536
    /// `O_NOATIME`, which glibc declares for GNU programs alone: the same wherever Swift runs.
    private static let noAccessTime: Int32 = 0o1_000_000

    private let path: String
    private let descriptor: Int32
    private let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
    private var awaited = [pollfd](repeating: pollfd(fd: -1, events: Int16(POLLIN), revents: 0), count: 2)
    /// Bytes of an incomplete frame at the head of `bytes`.
    private var held = 0

    /// Opens the pipe.
    ///
    /// - Throws: `CaptureError.soundPipe`.
    init(path: String) throws(CaptureError) {
        let flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC
        // Or each reading writes its time into the file system, a tenth of what it costs. For a pipe's owner only.
        let quiet = open(path, flags | Self.noAccessTime)
        descriptor = quiet >= 0 || errno != EPERM ? quiet : open(path, flags)
        self.path = path
        guard descriptor >= 0 else { throw .soundPipe(path: path, reason: String(cString: strerror(errno))) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        bytes.deallocate()
    }

    /// Reads until told to stop, or the server has ended or hangs.
    ///
    /// - Parameters:
    ///   - wake: a descriptor that becomes readable when `isStopped` may have changed.
    ///   - onData: gets whole frames, valid only during the call, and tells how long to wait before the next reading.
    /// - Returns: why it ended.
    func run(
        wake: Int32, isStopped: () -> Bool, onData: (UnsafeRawBufferPointer, UInt64) -> Duration
    ) -> CaptureError {
        drain()
        var heard = Runtime.now()
        var pause = Duration.zero
        while !isStopped() {
            wait(pause, wake: wake)
            let count = read(descriptor, bytes.baseAddress! + held, Self.capacity - held)
            let now = Runtime.now()
            if count > 0 {
                heard = now
                pause = deliver(held + count, at: now, to: onData)
            } else if count == 0 {
                return .soundPipe(path: path, reason: "the sound server has closed it")
            } else if errno != EAGAIN, errno != EINTR {
                return .soundPipe(path: path, reason: String(cString: strerror(errno)))
            } else if now > heard + Self.deadline {
                return .soundPipe(path: path, reason: "the sound server has written nothing for 2 s: it hangs")
            } else {
                // Waits for data now, and not for the time at which there should be some.
                pause = .zero
            }
        }
        return .soundPipe(path: path, reason: "stopped")
    }

    /// What was written before anybody read is old.
    private func drain() { while read(descriptor, bytes.baseAddress!, Self.capacity) > 0 {} }

    private func deliver(
        _ count: Int, at now: UInt64, to onData: (UnsafeRawBufferPointer, UInt64) -> Duration
    ) -> Duration {
        let whole = count - count % SoundFormat.frameSize
        defer {
            held = count - whole
            if held > 0 { bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[whole..<count])) }
        }
        guard whole > 0 else { return .zero }
        return onData(UnsafeRawBufferPointer(rebasing: bytes[..<whole]), now)
    }

    /// Waits so long, or without a time for data, at most half a second; less when told to wake.
    private func wait(_ pause: Duration, wake: Int32) {
        awaited[0].fd = wake
        awaited[1].fd = pause == .zero ? descriptor : -1
        _ = poll(&awaited, 2, pause == .zero ? 500 : Int32(pause / .milliseconds(1)))
    }
}
