import GStreamer

/// Where a guest's picture comes from. X11 is the first source; QEMU's D-Bus display is one to grow into.
public protocol ScreenCapture: Sendable {
    /// Starts capturing.
    ///
    /// - Parameters:
    ///   - frames: gets every frame worth encoding, on the streaming thread.
    ///   - sizes: gets the picture's size when it becomes known and whenever it changes.
    /// - Throws: `CaptureError` or `GStreamerError` where the source cannot be opened.
    func start(
        frames: @escaping @Sendable (consuming Sample) -> Void, sizes: @escaping @Sendable (FrameSize) -> Void
    ) async throws

    /// Sets how often the screen is looked at, in frames per second.
    func setRate(_ framesPerSecond: Int) async

    /// Lets the next frame at or after that time (nanoseconds) through even if nothing changed.
    func passFrame(at time: UInt64)

    /// Stops and releases everything, within a few seconds also where the source does not answer any more.
    func stop() async

    /// Another capture of the same source that has not been started; nil where it cannot be made anew.
    func renewed() -> (any ScreenCapture)?
}

extension ScreenCapture {
    /// None.
    public func renewed() -> (any ScreenCapture)? { nil }
}
