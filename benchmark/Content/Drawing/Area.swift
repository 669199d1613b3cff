/// A rectangle of pixels.
struct Area: Sendable, Equatable {
    var x: Int
    var y: Int
    var width: Int
    var height: Int

    /// The same without a margin on each side.
    func inset(_ margin: Int) -> Area {
        Area(x: x + margin, y: y + margin, width: max(0, width - 2 * margin), height: max(0, height - 2 * margin))
    }

    /// What both have; without pixels where they have nothing in common.
    func common(with other: Area) -> Area {
        let (left, top) = (max(x, other.x), max(y, other.y))
        return Area(
            x: left, y: top, width: max(0, min(x + width, other.x + other.width) - left),
            height: max(0, min(y + height, other.y + other.height) - top))
    }
}
