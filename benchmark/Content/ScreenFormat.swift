/// Size and rate of made-up screen content.
struct ScreenFormat: Sendable, Equatable {
    /// In pixels: 64 to 8192.
    let width: Int
    /// In pixels: 64 to 8192.
    let height: Int
    /// Frames per second: 1 to 240. Motion is as fast at every rate.
    let framesPerSecond: Int

    static let sides = 64...8192
    static let rates = 1...240

    /// Bytes of a frame: four a pixel, rows without gaps.
    var frameBytes: Int { width * height * 4 }

    /// How far something has moved at that frame.
    ///
    /// - Parameter speed: in pixels per second, or whatever else is counted.
    func travel(_ frame: Int, at speed: Int) -> Int { frame * speed / framesPerSecond }
}
