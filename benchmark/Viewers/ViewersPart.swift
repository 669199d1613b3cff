import ArgumentParser

/// What `bench viewers` can measure.
enum ViewersPart: String, CaseIterable, ExpressibleByArgument {
    /// One viewer beside the floor.
    case one
    /// Each further viewer.
    case further
    /// A viewer that stops reading.
    case slow
    /// Nine guests with a viewer of small pictures each.
    case tiles
}
