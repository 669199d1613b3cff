import Foundation

/// Keeps this process alive when an X server dies.
///
/// Xlib, which `ximagesrc` uses, ends the whole process when a connection breaks, unless there is another error handler
/// and the connection was given another exit handler (libX11 1.7 and later) — which only whoever opened it can do. So the program itself offers
/// `XOpenDisplay`: the dynamic linker prefers the program's symbol (exported by a linker flag in Package.swift) to the
/// library's, every connection of the process comes by here, and gets a handler that lets the call fail instead.
private enum Xlib {
    typealias Display = UnsafeMutableRawPointer
    typealias Open = @convention(c) (UnsafePointer<CChar>?) -> Display?
    typealias ExitHandler = @convention(c) (Display?, UnsafeMutableRawPointer?) -> Void
    typealias SetExitHandler = @convention(c) (Display, ExitHandler, UnsafeMutableRawPointer?) -> Void
    typealias ErrorHandler = @convention(c) (Display?) -> CInt
    typealias SetErrorHandler = @convention(c) (ErrorHandler) -> UnsafeRawPointer?
    typealias Unlock = @convention(c) (Display) -> Void

    static let open = symbol("XOpenDisplay", as: Open.self)
    static let setExitHandler = symbol("XSetIOErrorExitHandler", as: SetExitHandler.self)
    static let setErrorHandler = symbol("XSetIOErrorHandler", as: SetErrorHandler.self)
    static let unlock = symbol("XUnlockDisplay", as: Unlock.self)

    private static func symbol<Function>(_ name: String, as type: Function.Type) -> Function? {
        // Never closed: the functions are used for as long as the process lives.
        guard let library = dlopen("libX11.so.6", RTLD_NOW), let address = dlsym(library, name) else { return nil }
        return unsafeBitCast(address, to: type)
    }
}

@_cdecl("XOpenDisplay")
func openDisplayThatMayDie(_ name: UnsafePointer<CChar>?) -> UnsafeMutableRawPointer? {
    // The default one prints and exits, before any exit handler is asked.
    _ = Xlib.setErrorHandler?(stayAlive)
    guard let display = Xlib.open?(name) else { return nil }
    Xlib.setExitHandler?(display, connectionBroke, nil)
    return display
}

private func stayAlive(display: UnsafeMutableRawPointer?) -> CInt { 0 }

/// Xlib has locked the display for the process's end; the capture's teardown on another thread needs it unlocked.
private func connectionBroke(display: UnsafeMutableRawPointer?, data: UnsafeMutableRawPointer?) {
    if let display { Xlib.unlock?(display) }
}
