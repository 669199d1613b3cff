import ArgumentParser

/// What a made-up screen shows: each strains an encoder in its own way.
enum ContentKind: String, CaseIterable, Sendable, ExpressibleByArgument {
    /// A document that scrolls in a window: sharp edges, moved in one direction.
    case scroll
    /// A window that is dragged over a desktop: what was covered comes to light.
    case drag
    /// A platform game: layers that move at different speeds, sprites, hard colours.
    case game
    /// Full-motion video: a shaking camera and grain, so that nearly every pixel changes with every frame.
    case video
    /// A desktop on which only a text cursor blinks.
    case cursor

    /// Makes the content; whatever all frames share is drawn here, once.
    func content(_ format: ScreenFormat) -> any ScreenContent {
        switch self {
        case .scroll: ScrollContent(format)
        case .drag: DragContent(format)
        case .game: GameContent(format)
        case .video: VideoContent(format)
        case .cursor: CursorContent(format)
        }
    }
}
