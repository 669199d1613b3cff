/// Pixels to draw on, rows without gaps; what lies outside is left out. A colour is 0xAARRGGBB.
///
/// The loops are counted by hand: in a debug build, ranges cost more than what is drawn.
struct Canvas {
    let pixels: UnsafeMutablePointer<UInt32>
    let width: Int
    let height: Int

    init(_ pixels: UnsafeMutablePointer<UInt32>, width: Int, height: Int) {
        self.pixels = pixels
        self.width = width
        self.height = height
    }

    var area: Area { Area(x: 0, y: 0, width: width, height: height) }

    func fill(_ area: Area, _ colour: UInt32) {
        let visible = area.common(with: self.area)
        var y = visible.y
        while y < visible.y + visible.height {
            (pixels + (y * width + visible.x)).update(repeating: colour, count: visible.width)
            y += 1
        }
    }

    /// Fills from one colour at the top to another at the bottom.
    func fill(_ area: Area, from top: UInt32, to bottom: UInt32) {
        for row in 0..<max(0, area.height) {
            let colour = Colour.mix(top, bottom, row, of: max(1, area.height - 1))
            fill(Area(x: area.x, y: area.y + row, width: area.width, height: 1), colour)
        }
    }

    /// A line of that thickness along the inside of a rectangle's edge.
    func frame(_ area: Area, _ colour: UInt32, thickness: Int = 1) {
        fill(Area(x: area.x, y: area.y, width: area.width, height: thickness), colour)
        fill(Area(x: area.x, y: area.y + area.height - thickness, width: area.width, height: thickness), colour)
        fill(Area(x: area.x, y: area.y, width: thickness, height: area.height), colour)
        fill(Area(x: area.x + area.width - thickness, y: area.y, width: thickness, height: area.height), colour)
    }

    /// A disc.
    func disc(x: Int, y: Int, radius: Int, _ colour: UInt32) {
        for row in -radius...max(-radius, radius) {
            let half = Int(Double(radius * radius - row * row).squareRoot())
            fill(Area(x: x - half, y: y + row, width: 2 * half + 1, height: 1), colour)
        }
    }

    /// Darkens by half, as a shadow does.
    func shade(_ area: Area) {
        let visible = area.common(with: self.area)
        var y = visible.y
        while y < visible.y + visible.height {
            let row = pixels + (y * width + visible.x)
            var x = 0
            while x < visible.width {
                row[x] = row[x] >> 1 & 0x7f7f_7f7f | 0xff00_0000
                x += 1
            }
            y += 1
        }
    }

    /// Draws a picture; its clear pixels leave what is there.
    ///
    /// - Parameter clip: where drawing is allowed; nil for everywhere.
    func draw(_ picture: Picture, x: Int, y: Int, within clip: Area? = nil) {
        let bounds = (clip ?? area).common(with: area)
        let visible = Area(x: x, y: y, width: picture.width, height: picture.height).common(with: bounds)
        guard visible.width > 0 else { return }
        let right = visible.x + visible.width
        picture.withPixels { source in
            var row = visible.y
            while row < visible.y + visible.height {
                picture.forEachRun(ofRow: row - y) { start, count in
                    let (left, end) = (max(visible.x, x + start), min(right, x + start + count))
                    guard left < end else { return }
                    (pixels + (row * width + left)).update(
                        from: source + ((row - y) * picture.width + left - x), count: end - left)
                }
                row += 1
            }
        }
    }

    /// Draws a picture again and again beside itself, all over the width.
    ///
    /// - Parameter offset: how far it has moved to the left.
    func drawRepeated(_ picture: Picture, offset: Int, y: Int) {
        var x = -(offset % picture.width)
        while x < width {
            draw(picture, x: x, y: y)
            x += picture.width
        }
    }

    /// Draws one line of text.
    ///
    /// - Parameters:
    ///   - y: the upper edge of the letters' cells.
    ///   - scale: pixels per dot of ``BitmapFont``.
    func text(_ text: String, x: Int, y: Int, _ colour: UInt32, scale: Int = 1, isBold: Bool = false) {
        var left = x
        for character in text.utf8 {
            for row in 0..<BitmapFont.height {
                var dots = BitmapFont.row(row, of: character)
                if isBold { dots |= dots >> 1 }
                for column in 0..<BitmapFont.width where dots & (0x80 >> UInt8(column)) != 0 {
                    fill(Area(x: left + column * scale, y: y + row * scale, width: scale, height: scale), colour)
                }
            }
            left += BitmapFont.width * scale
        }
    }
}
