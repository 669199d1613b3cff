/// Where a guest's pointer is, as far as motion alone can tell: a PS/2 mouse reports steps, not places.
///
/// The first absolute place after the start, or after a change of size, drives the pointer into the top left corner,
/// where it stops whatever the guest does; from there on every place is a step from the last one. A guest that
/// accelerates its pointer drifts from it; relative motion (pointer lock) does not need it.
struct PointerTrack {
    /// One motion in counts.
    typealias Step = (dx: Int, dy: Int)

    private var size = (width: 640, height: 480)
    private var place: (x: Double, y: Double)?
    private var remainder = (x: 0.0, y: 0.0)
    private var lines = 0.0

    /// Lines of text that one notch of a wheel scrolls.
    static let linesPerNotch = 3.0

    /// The screen changed its size; where the pointer is then is not known.
    mutating func resize(width: Int, height: Int) {
        guard size != (width, height) else { return }
        size = (width, height)
        forget()
    }

    /// Where the pointer is, is not known any more.
    mutating func forget() { place = nil }

    /// The steps that bring the pointer to a place: none, one, or one into the corner and one from there.
    ///
    /// - Parameters:
    ///   - x: 0 left, 1 right.
    ///   - y: 0 top, 1 bottom.
    mutating func move(toX x: Double, y: Double) -> [Step] {
        var steps: [Step] = []
        if place == nil {
            // Further than the screen is wide, from wherever the pointer is.
            steps.append((dx: -2 * size.width, dy: -2 * size.height))
            place = (0, 0)
            remainder = (0, 0)
        }
        let target = (x: x * Double(size.width - 1), y: y * Double(size.height - 1))
        let from = place ?? (0, 0)
        let step = (dx: Int((target.x - from.x).rounded()), dy: Int((target.y - from.y).rounded()))
        place = (from.x + Double(step.dx), from.y + Double(step.dy))
        // After the corner also a step of nothing: the way there alone says that the step was taken.
        if step != (0, 0) || !steps.isEmpty { steps.append(step) }
        return steps
    }

    /// The whole notches of a wheel's motion in lines; what is left is kept for the next.
    mutating func turnWheel(lines dy: Double) -> Int {
        lines += dy
        let notches = (lines / Self.linesPerNotch).rounded(.towardZero)
        lines -= notches * Self.linesPerNotch
        return Int(notches)
    }

    /// The whole counts of a motion; fractions are kept for the next.
    mutating func move(byX dx: Double, y dy: Double) -> Step {
        let wanted = (x: dx + remainder.x, y: dy + remainder.y)
        let step = (dx: Int(wanted.x.rounded(.towardZero)), dy: Int(wanted.y.rounded(.towardZero)))
        remainder = (wanted.x - Double(step.dx), wanted.y - Double(step.dy))
        if let from = place {
            place = (
                min(max(from.x + Double(step.dx), 0), Double(size.width - 1)),
                min(max(from.y + Double(step.dy), 0), Double(size.height - 1))
            )
        }
        return step
    }
}
