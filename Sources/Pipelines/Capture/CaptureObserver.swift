/// Sees every look at the screen: its time in nanoseconds of `CLOCK_MONOTONIC`, whether the picture differs from the one
/// before, and how long that took. Called on the capture's thread before the frame is passed on; it must not wait.
public typealias CaptureObserver = @Sendable (_ timestamp: UInt64, _ changed: Bool, _ timing: CaptureTiming) -> Void
