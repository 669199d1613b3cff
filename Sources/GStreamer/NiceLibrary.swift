import CGStreamer
import Glibc

/// libnice, where GStreamer's plugin has loaded it: a few functions are not worth its headers.
enum NiceLibrary {
    typealias Closed =
        @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void

    typealias Close = @convention(c) (UnsafeMutableRawPointer?, Closed?, UnsafeMutableRawPointer?) -> Void

    /// `nice_agent_close_async`; nil where there is none.
    static let close = function("nice_agent_close_async").map { unsafeBitCast($0, to: Close.self) }

    typealias Send =
        @convention(c) (
            UnsafeMutableRawPointer, guint, guint, UnsafePointer<LocoOutputMessage>, guint, UnsafeMutableRawPointer?,
            UnsafeMutablePointer<UnsafeMutablePointer<GError>?>?
        ) -> gint

    /// `nice_agent_send_messages_nonblocking`: hands datagrams to the selected pair's socket, in one system call where it can,
    /// and gives how many were taken; nil where there is none.
    static let send = function("nice_agent_send_messages_nonblocking").map { unsafeBitCast($0, to: Send.self) }

    private static func function(_ name: String) -> UnsafeMutableRawPointer? {
        dlopen("libnice.so.10", RTLD_LAZY | RTLD_NOLOAD).flatMap { dlsym($0, name) }
    }
}
