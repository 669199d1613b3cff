/// What lies behind a platform game's level. Each picture repeats beside itself.
struct GameLayers: Sendable {
    let sky: Picture
    let clouds: Picture
    let mountains: Picture
    let hills: Picture

    /// - Parameters:
    ///   - ground: where the level's ground begins, in pixels from above.
    ///   - scale: screen pixels for each of the game's own.
    init(_ format: ScreenFormat, ground: Int, scale: Int) {
        let below = format.height - ground
        sky = Picture(width: format.width, height: format.height) { canvas in
            canvas.fill(canvas.area, from: 0xff3c_8fe0, to: 0xffc9_ecff)
            canvas.disc(x: format.width * 5 / 6, y: format.height / 5, radius: 18 * scale, 0xffff_f3b0)
        }
        clouds = Picture(width: 640 * scale, height: 110 * scale) { canvas in
            for (x, y, size) in [(60, 50, 14), (210, 78, 10), (330, 42, 17), (480, 70, 12), (585, 55, 9)] {
                for (across, up, radius) in [(-16, 4, 8), (0, -3, 11), (14, 2, 9), (27, 6, 6)] {
                    canvas.disc(
                        x: (x + across * size / 11) * scale, y: (y + up) * scale, radius: radius * size * scale / 11,
                        0xfff8_fcff)
                }
            }
        }
        let mountainHeight = min(110 * scale, format.height - below)
        mountains = Picture(width: 512 * scale, height: mountainHeight) { canvas in
            for x in 0..<canvas.width {
                // Ridges of straight slopes, the same at both ends.
                let (first, second) = (Self.ridge(x / scale, 128, 95), Self.ridge(x / scale + 70, 256, 80))
                let rise = max(first, second) * scale
                let isLit =
                    (x / scale + (first >= second ? 0 : 70)) % (first >= second ? 128 : 256)
                    < (first >= second ? 64 : 128)
                let top = canvas.height - rise
                canvas.fill(Area(x: x, y: top, width: 1, height: rise), isLit ? 0xff7f_93b8 : 0xff66_7aa4)
                // Snow, down to a ragged edge.
                let snow = rise - 62 * scale + Wave.at(x / scale * 96, 5) * scale
                if snow > 0 {
                    canvas.fill(Area(x: x, y: top, width: 1, height: snow), isLit ? 0xfff4_f7ff : 0xffd6_def0)
                }
            }
        }
        let hillHeight = min(80 * scale, format.height - below)
        hills = Picture(width: 512 * scale, height: hillHeight) { canvas in
            for x in 0..<canvas.width {
                let rise = (34 + Wave.at(x / scale * 6, 14) + Wave.at(x / scale * 16 + 300, 6)) * scale
                canvas.fill(Area(x: x, y: canvas.height - rise, width: 1, height: rise), 0xff4f_9a58)
                canvas.fill(Area(x: x, y: canvas.height - rise, width: 1, height: 3 * scale), 0xff74_b86a)
            }
            for (index, x) in stride(from: 20, to: 500, by: 37).enumerated() {
                let rise = 34 + Wave.at(x * 6, 14) + Wave.at(x * 16 + 300, 6)
                let base = canvas.height - (rise - 2) * scale
                canvas.fill(
                    Area(x: (x - 1) * scale, y: base - 8 * scale, width: 3 * scale, height: 8 * scale), 0xff6b_4a2c)
                canvas.disc(x: x * scale, y: base - 13 * scale, radius: (6 + index % 3) * scale, 0xff2f_7a44)
                canvas.disc(x: (x - 2) * scale, y: base - 15 * scale, radius: 3 * scale, 0xff4c_9a58)
            }
        }
    }

    /// The height of a row of peaks at a place.
    private static func ridge(_ x: Int, _ length: Int, _ height: Int) -> Int {
        let place = x % length
        return height - abs(place - length / 2) * height * 3 / (2 * length)
    }
}
