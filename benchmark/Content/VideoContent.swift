/// Full-motion video: waves of colour before a shaking camera, with a film's grain, so that nearly every pixel changes
/// with every frame and no motion vector explains it.
struct VideoContent: ScreenContent {
    let format: ScreenFormat
    /// How far the camera may stray, in pixels.
    private static let reach = 160
    private static let grains = 1 << 16
    /// Colours for brightness 0 to 255.
    private let palette: [UInt32]
    /// Rings around a centre, on an area that is wider than the picture.
    private let rings: [UInt8]
    private let ringWidth: Int
    private let grain: [UInt8]

    init(_ format: ScreenFormat) {
        self.format = format
        palette = (0..<256).map { step in
            let angle = step * Wave.turn / 256
            let red = UInt32(128 + Wave.at(angle + 700, 110))
            let green = UInt32(104 + Wave.at(angle + 440, 84))
            let blue = UInt32(126 + Wave.at(angle + 120, 108))
            return 0xff00_0000 | red << 16 | green << 8 | blue
        }
        let (width, height) = (format.width + 2 * Self.reach, format.height + 2 * Self.reach)
        ringWidth = width
        rings = [UInt8](unsafeUninitializedCapacity: width * height) { buffer, count in
            var index = 0
            for y in 0..<height {
                let down = (y - height / 2) * (y - height / 2)
                var x = 0
                while x < width {
                    let distance = Int(Double(down + (x - width / 2) * (x - width / 2)).squareRoot())
                    buffer[index] = UInt8(64 + Wave.at(distance * 5, 60))
                    index += 1
                    x += 1
                }
            }
            count = index
        }
        var dice = Dice(1895)
        // The sum of two: more grains of middle size than of either extreme.
        grain = (0..<Self.grains + 8192).map { _ in UInt8(dice.roll(12) + dice.roll(12)) }
    }

    func paint(_ frame: Int, on canvas: Canvas) {
        let turn = Wave.turn
        // The hand that holds the camera: slow sway, and a tremor of its own with every frame.
        var dice = Dice(frame)
        let swayX = Wave.at(format.travel(frame, at: turn / 5), 90) + Wave.at(format.travel(frame, at: turn * 3), 9)
        let swayY = Wave.at(format.travel(frame, at: turn / 7), 70) + Wave.at(format.travel(frame, at: turn * 4), 7)
        let (shakeX, shakeY) = (swayX + dice.roll(7) - 3, swayY + dice.roll(7) - 3)
        let (drift, rise) = (format.travel(frame, at: 190), format.travel(frame, at: 130))
        let columns = (0..<format.width).map { x in
            64 + Wave.at((x + shakeX) * 4 + drift * 3, 34) + Wave.at((x + shakeX) * 11 - drift * 5, 14)
        }
        let rows = (0..<format.height).map { y in
            64 + Wave.at((y + shakeY) * 5 + rise * 4, 30) + Wave.at((y + shakeY) * 9 - rise * 3, 16)
        }
        let cycle = format.travel(frame, at: 40)
        let first = (Self.reach + shakeY) * ringWidth + Self.reach + shakeX
        let (width, height) = (format.width, format.height)
        columns.withUnsafeBufferPointer { columns in
            rings.withUnsafeBufferPointer { rings in
                grain.withUnsafeBufferPointer { grain in
                    palette.withUnsafeBufferPointer { palette in
                        var y = 0
                        while y < height {
                            let line = canvas.pixels + y * width
                            let ring = rings.baseAddress! + first + y * ringWidth
                            let noise = grain.baseAddress! + dice.roll(Self.grains)
                            let column = columns.baseAddress!
                            let base = rows[y] &+ cycle
                            var x = 0
                            while x < width {
                                let sum = base &+ column[x] &+ Int(ring[x]) &+ Int(noise[x])
                                line[x] = palette[sum & 255]
                                x &+= 1
                            }
                            y += 1
                        }
                    }
                }
            }
        }
    }
}
