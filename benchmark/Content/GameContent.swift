/// A platform game that scrolls to the right: sky, clouds, mountains and hills at speeds of their own, a level with
/// bricks and coins, a player who runs and jumps, and what comes towards him.
struct GameContent: ScreenContent {
    let format: ScreenFormat
    /// Pixels of the game's own per second: 96 of its 16 are a tile.
    private static let speed = 96
    /// Tiles after which the level begins again.
    private static let levelTiles = 48
    private let layers: GameLayers
    private let sprites: GameSprites
    /// Screen pixels for each of the game's own.
    private let scale: Int
    private let tile: Int
    private let ground: Int
    private let level: Picture

    init(_ format: ScreenFormat) {
        self.format = format
        scale = max(1, format.height / 240)
        tile = 16 * scale
        ground = format.height - 2 * tile - FrameStrip.height
        layers = GameLayers(format, ground: ground, scale: scale)
        sprites = GameSprites(scale: scale)
        level = Self.level(tile: tile, scale: scale, sprites: sprites, height: format.height - ground + 8 * tile)
    }

    func paint(_ frame: Int, on canvas: Canvas) {
        let moved = format.travel(frame, at: Self.speed * scale)
        canvas.draw(layers.sky, x: 0, y: 0)
        canvas.drawRepeated(layers.clouds, offset: moved / 8 + format.travel(frame, at: 6 * scale), y: 0)
        canvas.drawRepeated(layers.mountains, offset: moved / 4, y: ground - layers.mountains.height)
        canvas.drawRepeated(layers.hills, offset: moved / 2, y: ground - layers.hills.height)
        canvas.drawRepeated(level, offset: moved, y: canvas.height - level.height)
        paintCoins(frame, moved, on: canvas)
        paintEnemies(frame, moved, on: canvas)
        paintPlayer(frame, moved, on: canvas)
        paintScore(frame, moved, on: canvas)
    }

    // MARK: The level

    /// Tiles of a row of bricks in the air: where it begins, how many, how high.
    private static let ledges = [(5, 4, 4), (12, 3, 3), (17, 5, 5), (27, 3, 4), (32, 6, 3), (42, 4, 5)]
    /// Tiles where a pillar stands.
    private static let pillars = [9, 24, 39]

    private static func level(tile: Int, scale: Int, sprites: GameSprites, height: Int) -> Picture {
        Picture(width: levelTiles * tile, height: height) { canvas in
            let ground = height - 2 * tile - FrameStrip.height
            for column in 0..<levelTiles {
                canvas.draw(sprites.grass, x: column * tile, y: ground)
                canvas.draw(sprites.earth, x: column * tile, y: ground + tile)
                canvas.draw(sprites.earth, x: column * tile, y: ground + 2 * tile)
            }
            for (start, count, rise) in ledges {
                for column in start..<start + count {
                    let isPrize = (column * 7 + rise).isMultiple(of: 3)
                    canvas.draw(
                        isPrize ? sprites.prize : sprites.brick, x: column * tile, y: ground - rise * tile)
                }
            }
            for pillar in pillars { canvas.draw(sprites.pillar, x: pillar * tile, y: ground - sprites.pillar.height) }
        }
    }

    /// Where a place of the level is on the screen: once, or more often where the level is shorter than the screen.
    private func places(of position: Int, _ moved: Int) -> StrideTo<Int> {
        let length = Self.levelTiles * tile
        let first = (position - moved) % length
        return stride(from: (first < 0 ? first + length : first) - length, to: format.width, by: length)
    }

    // MARK: What moves

    private func paintCoins(_ frame: Int, _ moved: Int, on canvas: Canvas) {
        let phase = format.travel(frame, at: 10)
        for (start, count, rise) in Self.ledges {
            for column in start..<start + count {
                let coin = sprites.coins[(phase + column) % sprites.coins.count]
                for x in places(of: column * tile + (tile - coin.width) / 2, moved) {
                    canvas.draw(coin, x: x, y: ground - (rise + 1) * tile)
                }
            }
        }
    }

    private func paintEnemies(_ frame: Int, _ moved: Int, on canvas: Canvas) {
        for (index, start) in [14, 21, 30, 45].enumerated() {
            let walk = Wave.at(format.travel(frame, at: Wave.turn / 4) + index * 300, 2 * tile)
            let enemy = sprites.enemies[format.travel(frame, at: 6) % sprites.enemies.count]
            for x in places(of: start * tile + walk, moved) { canvas.draw(enemy, x: x, y: ground - enemy.height) }
        }
    }

    /// The player stays where he is on the screen, and leaves the ground before each pillar.
    private func paintPlayer(_ frame: Int, _ moved: Int, on canvas: Canvas) {
        let x = format.width / 3
        let reach = 5 * tile
        let length = Self.levelTiles * tile
        let place = (moved + x) % length
        // How far into a jump, which is highest above the pillar.
        let jump = Self.pillars.map { place - ($0 * tile + tile - reach / 2 - sprites.jump.width / 2) }.first {
            (0..<reach).contains($0)
        }
        guard let jump else {
            let step = sprites.run[format.travel(frame, at: 12) % sprites.run.count]
            return canvas.draw(step, x: x, y: ground - step.height)
        }
        // A parabola: four tiles high.
        let rise = 4 * 4 * tile * jump * (reach - jump) / (reach * reach)
        canvas.draw(sprites.jump, x: x, y: ground - sprites.jump.height - rise)
    }

    private func paintScore(_ frame: Int, _ moved: Int, on canvas: Canvas) {
        func padded(_ number: Int, _ digits: Int) -> String {
            String(repeating: "0", count: max(0, digits - "\(number)".count)) + "\(number)"
        }
        let texts = [
            "SCORE \(padded(moved / tile * 50 % 1_000_000, 6))", "COINS \(padded(moved / (2 * tile) % 100, 2))",
            "TIME \(padded(400 - format.travel(frame, at: 2) % 400, 3))",
        ]
        for (index, text) in texts.enumerated() {
            let (x, y) = (16 * scale / 2 + index * format.width * 2 / 5, 6 * scale)
            canvas.text(text, x: x + scale, y: y + scale, 0xff10_2030, scale: max(1, scale - 1), isBold: true)
            canvas.text(text, x: x, y: y, 0xffff_ffff, scale: max(1, scale - 1), isBold: true)
        }
    }
}
