import Foundation

/// A UDP socket on the loopback address that nobody reads: the kernel drops what does not fit.
final class DeafSocket {
    let port: Int
    private let descriptor: Int32

    init() throws { (descriptor, port) = try FreePort.bound(SOCK_DGRAM) }

    deinit { close(descriptor) }
}
