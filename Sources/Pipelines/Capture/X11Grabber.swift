import Foundation
import GStreamer
import Logging

/// Looks at the guest's window whenever it was drawn on, and passes on what is worth encoding: all of it on one
/// thread, since xcb has no other way to wait than to block.
///
/// Between the server's copy of the picture and the converted frame nothing is copied, and where nothing changed
/// nothing is converted either: the server writes into one of two images, which is compared with the other.
///
/// Used by its thread alone; `@unchecked Sendable` so that it can be handed to it.
final class X11Grabber: @unchecked Sendable {
    /// How long the window may be away, in nanoseconds.
    private static let windowGrace: UInt64 = 500_000_000

    private let connection: X11Connection
    private let control: CaptureControl
    private let output: CaptureOutput
    private let usesDamage: Bool
    private let logger: Logger

    private var pacer: GrabPacer
    private var schedule = RefinementSchedule()
    private var region: CaptureRegion?
    /// The picture that is known, and the memory for the next one.
    private var images: (known: X11Image, next: X11Image)?
    private var isKnown = false
    private var damagedAt: UInt64?
    private var converter: FrameConverter?
    /// The newest frame as it was passed on; nil when it has yet to be converted.
    private var frame: Sample?
    private var failures = 0
    private var state: CaptureState?
    /// When the last look succeeded, or the picture began.
    private var lookedAt: UInt64 = 0
    /// Since when there has been no window; nil while there is one.
    private var windowlessSince: UInt64?
    private var lumaDue: UInt64 = 0
    /// Whether the known picture's brightness has yet to be looked at.
    private var owesLuma = false

    /// - Parameter usesDamage: false looks at a fixed tick, as with a server that cannot tell what was drawn.
    init(
        connection: X11Connection, control: CaptureControl, output: CaptureOutput, usesDamage: Bool, logger: Logger
    ) {
        self.connection = connection
        self.control = control
        self.output = output
        self.logger = logger
        self.usesDamage = usesDamage
        pacer = GrabPacer(rate: control.rate, knowsDamage: false)
    }

    /// Captures until the control or the server ends it.
    func run() {
        // Before the first look for the window: nothing that happens after it can be missed.
        connection.watchWindows()
        let knowsDamage = usesDamage && connection.watchDamage()
        if usesDamage, !knowsDamage {
            logger.warning("the X server has no DAMAGE extension; capturing at a fixed tick")
        }
        pacer = GrabPacer(rate: control.rate, knowsDamage: knowsDamage)
        connection.agreeOnMemory()
        // A server that answers again says so by its next picture.
        connection.onSilence = { [unowned self] isSilent in if isSilent { tell(.stalled) } }
        locate()
        while !control.isStopped, !connection.isBroken {
            let events = connection.takeEvents()
            if events.windowsChanged { locate() }
            let now = Runtime.now()
            if events.damaged { damagedAt = damagedAt ?? now }
            pacer.rate = control.rate
            guard region != nil else {
                awaitWindow(at: now)
                continue
            }
            let grabDue = pacer.next(damagedAt: damagedAt)
            let passDue = isKnown ? min(schedule.nextDue, control.frameDemandedAt) : .max
            if now >= grabDue {
                grab(at: now)
            } else if now >= passDue {
                pass(changed: false, at: now)
            } else {
                connection.wait(until: min(grabDue, passDue), now: now)
            }
        }
        resize(to: nil)
        connection.onSilence = { _ in }
        if connection.isBroken, !control.isStopped { tell(.ended(.displayLost(output.display))) }
    }

    private func tell(_ state: CaptureState) {
        guard state != self.state else { return }
        self.state = state
        if case .delivering = state {} else { logger.warning("no picture", metadata: ["state": "\(state)"]) }
        output.states(state)
    }

    /// Waits for a window, with a look now and then: it proves that the server lives.
    private func awaitWindow(at now: UInt64) {
        let since = windowlessSince ?? now
        windowlessSince = since
        // A mode switch may take the window away for a moment.
        let isGone = now >= since + Self.windowGrace
        if isGone { tell(.noWindow) }
        connection.wait(until: isGone ? now + Self.windowGrace : since + Self.windowGrace, now: now)
        if isGone { locate() }
    }

    /// Finds the guest's window; a new place or size begins a new picture.
    private func locate() {
        let found = connection.largestWindow()?.evened
        guard found != region else { return }
        region = found
        resize(to: found?.size)
        guard let found else { return }
        windowlessSince = nil
        lookedAt = Runtime.now()
        logger.info("capturing", metadata: ["size": "\(found.size)"])
        output.sizes(found.size)
    }

    private func resize(to size: FrameSize?) {
        if let images {
            connection.release(images.known)
            connection.release(images.next)
        }
        (images, converter, isKnown) = (nil, nil, false)
        frame = nil
        guard let size else { return }
        images = (connection.image(of: size), connection.image(of: size))
        // To be looked at at once, whatever the pacer's credit is.
        pacer.forget()
        do {
            converter = try FrameConverter(
                width: size.width, height: size.height, framesPerSecond: output.nominalRate)
        } catch { logger.error("no picture: \(error)") }
    }

    private func grab(at now: UInt64) {
        guard let region, let images else { return }
        let damageDelay = damagedAt.map { now - $0 }
        pacer.grabbed(at: now)
        damagedAt = nil
        let spent = ThreadClock.now()
        guard connection.grab(region, into: images.next) else { return failed() }
        failures = 0
        let grabbed = Runtime.now()
        lookedAt = grabbed
        let changed = !isKnown || images.next.differs(from: images.known)
        let compared = Runtime.now()
        let luma = luma(of: images.next, changed: changed, at: compared)
        tell(.delivering(region.size))
        output.observer(
            now, changed,
            CaptureTiming(
                grab: grabbed - now, compare: compared - grabbed, cpu: ThreadClock.now() - spent,
                damageDelay: damageDelay, luma: luma))
        if changed {
            self.images = (known: images.next, next: images.known)
            isKnown = true
            frame = nil
        }
        pass(changed: changed, at: now)
    }

    /// A picture's brightness after it changed, at most so often; that of the last of many changes, too.
    private func luma(of image: X11Image, changed: Bool, at now: UInt64) -> PictureLuma? {
        owesLuma = owesLuma || changed
        guard owesLuma, now >= lumaDue, let size = region?.size else { return nil }
        (owesLuma, lumaDue) = (false, now + CaptureTiming.lumaInterval)
        return PictureLuma(of: UnsafeRawBufferPointer(image.bytes), size: size)
    }

    /// A grab fails when the screen shrank or the server cannot reach the memory: both are looked at anew, with the
    /// pacer's next grab.
    private func failed() {
        failures += 1
        guard !connection.isBroken, !control.isStopped else { return }
        if failures == 1 { logger.warning("a grab failed; trying again") }
        if Runtime.now() > lookedAt + UInt64(CaptureState.stallLimit / .nanoseconds(1)) { tell(.stalled) }
        let before = region
        locate()
        guard region == before, let size = before?.size else { return }
        resize(to: size)
        // One that fails again and again is not tried faster than the heart beats.
        if failures > 2 { pacer.grabbed(at: Runtime.now()) }
    }

    /// Passes the known picture on if it is worth it.
    private func pass(changed: Bool, at now: UInt64) {
        let demanded = control.takeDemand(at: now)
        guard schedule.passes(changed: changed, demanded: demanded, at: now), let images, let converter else { return }
        if let known = frame.take() {
            // The same picture again: only its time is new.
            let again = known.restamped(at: now)
            frame = consume known
            output.frames(again)
        } else if let converted = converter.convert(images.known.bytes, at: now) {
            frame = converted.copy()
            output.frames(converted)
        } else {
            // All buffers are in use: whoever holds them is far behind, and gets this picture when one is free.
            control.passFrame(at: now + 20_000_000)
        }
    }
}
