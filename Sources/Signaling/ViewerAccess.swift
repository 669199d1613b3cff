/// What a viewer may do.
public enum ViewerAccess: String, Sendable, Codable, CaseIterable {
    /// See and hear.
    case view
    /// Also play.
    case control

    /// What is left of this where somebody, perhaps the viewer itself, allows no more than that.
    public func lowered(to other: ViewerAccess) -> ViewerAccess { self == .control ? other : .view }
}
