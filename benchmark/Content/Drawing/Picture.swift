/// A picture that was drawn once, to be drawn on others. Pixels without opacity are clear; opaque ones are copied in runs.
final class Picture: Sendable {
    let width: Int
    let height: Int
    private let pixels: [UInt32]
    /// Start and length of each stretch of opaque pixels, row after row.
    private let runs: [(start: Int32, count: Int32)]
    /// Where each row's runs begin, and where the last's end.
    private let rows: [Int]

    /// Makes a picture, clear at first.
    init(width: Int, height: Int, _ draw: (Canvas) -> Void) {
        var pixels = [UInt32](repeating: 0, count: width * height)
        pixels.withUnsafeMutableBufferPointer { draw(Canvas($0.baseAddress!, width: width, height: height)) }
        var runs: [(start: Int32, count: Int32)] = []
        var rows = [0]
        pixels.withUnsafeBufferPointer { pixels in
            var y = 0
            while y < height {
                var x = 0
                while x < width {
                    let start = x
                    while x < width, pixels[y * width + x] != 0 { x += 1 }
                    if x > start { runs.append((Int32(start), Int32(x - start))) }
                    while x < width, pixels[y * width + x] == 0 { x += 1 }
                }
                rows.append(runs.count)
                y += 1
            }
        }
        self.width = width
        self.height = height
        self.pixels = pixels
        self.runs = runs
        self.rows = rows
    }

    /// Makes one of rows of characters, each a pixel of its own colour; a character without one is clear.
    ///
    /// - Parameter scale: the size of each pixel.
    convenience init(_ art: [String], _ colours: [Character: UInt32], scale: Int) {
        self.init(width: (art.map(\.count).max() ?? 1) * scale, height: art.count * scale) { canvas in
            for (y, row) in art.enumerated() {
                for (x, character) in row.enumerated() {
                    guard let colour = colours[character] else { continue }
                    canvas.fill(Area(x: x * scale, y: y * scale, width: scale, height: scale), colour)
                }
            }
        }
    }

    func withPixels(_ body: (UnsafePointer<UInt32>) -> Void) {
        pixels.withUnsafeBufferPointer { body($0.baseAddress!) }
    }

    /// Lends the stretches of opaque pixels of a row.
    func forEachRun(ofRow row: Int, _ body: (_ start: Int, _ count: Int) -> Void) {
        var index = rows[row]
        while index < rows[row + 1] {
            body(Int(runs[index].start), Int(runs[index].count))
            index += 1
        }
    }
}
