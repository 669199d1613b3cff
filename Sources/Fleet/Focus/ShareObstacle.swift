/// Why a means to share the processors cannot be used.
struct ShareObstacle: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
