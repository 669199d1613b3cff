/// The pictures that a platform game's level is put together from, in pixel art of our own.
struct GameSprites: Sendable {
    let grass: Picture
    let earth: Picture
    let brick: Picture
    let prize: Picture
    let pipe: Picture
    /// A coin that turns.
    let coins: [Picture]
    let run: [Picture]
    let jump: Picture
    let enemies: [Picture]

    init(scale: Int) {
        let colours: [Character: UInt32] = [
            "k": 0xff1c_1a24, "r": 0xffd8_3c3c, "b": 0xff2f_56c8, "s": 0xfff2_c190, "w": 0xffff_ffff, "h": 0xff6a_3d1f,
            "y": 0xffff_d23f, "o": 0xffd9_9a1e, "p": 0xff8a_4fb0, "q": 0xff5c_2f80, "g": 0xff4c_b04c, "t": 0xff9a_6238,
        ]
        func picture(_ art: [String]) -> Picture { Picture(art, colours, scale: scale) }
        earth = Self.tile(scale) { canvas, dot in
            canvas.fill(canvas.area, 0xff9a_6238)
            var dice = Dice(3)
            for _ in 0..<14 { dot(dice.roll(15), dice.roll(15), 2, 1, 0xff7c_4a28) }
            for _ in 0..<8 { dot(dice.roll(15), dice.roll(15), 1, 1, 0xffb8_7e50) }
        }
        let soil = earth
        grass = Self.tile(scale) { canvas, dot in
            canvas.draw(soil, x: 0, y: 0)
            dot(0, 0, 16, 4, 0xff4c_b04c)
            dot(0, 0, 16, 1, 0xff8f_dc6a)
            for x in stride(from: 1, to: 16, by: 4) { dot(x, 4, 2, 2, 0xff3c_9440) }
        }
        brick = Self.tile(scale) { canvas, dot in
            canvas.fill(canvas.area, 0xff6e_2f1c)
            for row in 0..<4 {
                for x in stride(from: row.isMultiple(of: 2) ? 0 : -4, to: 16, by: 8) {
                    dot(max(0, x), row * 4, min(7, x + 7 - max(0, x)), 3, 0xffc8_5f34)
                    dot(max(0, x), row * 4, min(7, x + 7 - max(0, x)), 1, 0xffe8_8a58)
                }
            }
        }
        prize = Self.tile(scale) { canvas, dot in
            canvas.fill(canvas.area, 0xff8a_5a10)
            dot(1, 1, 14, 14, 0xfff0_b030)
            for (x, y) in [(2, 2), (13, 2), (2, 13), (13, 13)] { dot(x, y, 1, 1, 0xff8a_5a10) }
            for (x, y, width, height) in [(5, 3, 6, 2), (9, 4, 2, 4), (7, 7, 2, 3), (7, 11, 2, 2)] {
                dot(x, y, width, height, 0xffff_ffff)
            }
        }
        pipe = Picture(width: 32 * scale, height: 32 * scale) { canvas in
            let body: [(x: Int, width: Int, colour: UInt32)] = [
                (0, 32, 0xff14_4a1c), (1, 30, 0xff2f_9a3c), (5, 5, 0xff8f_e08a), (12, 3, 0xff5c_c060),
                (24, 6, 0xff1f_6e2c),
            ]
            for (x, width, colour) in body {
                // The shaft, and a rim that stands out.
                let shaft = Area(
                    x: (3 + x * 26 / 32) * scale, y: 11 * scale, width: width * 26 * scale / 32, height: 21 * scale)
                canvas.fill(shaft, colour)
                canvas.fill(Area(x: x * scale, y: 0, width: width * scale, height: 11 * scale), colour)
            }
            canvas.frame(Area(x: 0, y: 0, width: 32 * scale, height: 11 * scale), 0xff14_4a1c, thickness: scale)
        }
        coins = [
            [" oyyyo ", "oywwyyo", "oywyyyo", "oywyyyo", "oywyyyo", "oywyyyo", "oywyyyo", "oyyyyyo", " oyyyo "],
            [" oyo ", "oywyo", "oywyo", "oywyo", "oywyo", "oywyo", "oywyo", "oyyyo", " oyo "],
            ["o", "y", "y", "y", "y", "y", "y", "y", "o"],
            [" oyo ", "oyyyo", "oyyyo", "oyyyo", "oyyyo", "oyyyo", "oyyyo", "oyyyo", " oyo "],
        ].map(picture)
        let head = [
            "   rrrrr    ", "  rrrrrrrrr ", "  hhhsskS   ", " hshssskssS ", " hshhssskss ", " hhsssskkk  ",
            "   sssssS   ",
        ].map { $0.replacing("S", with: "s") }
        run = [
            [
                "  rrbrrr    ", " rrrbrrbrr  ", "ssrrbbbbrrss", "ss bybbyb ss", "   bbbbbb   ", "  bbb  bbb  ",
                " hhh    bbh ", " hh      hh ",
            ],
            [
                "   rrbrr    ", "  srrbrrs   ", "  ssrbbbs   ", "   bybbyb   ", "   bbbbbb   ", "    bbbb    ",
                "    hhbb    ", "     hhh    ",
            ],
            [
                "  rrrbrr    ", " srrrbbrrs  ", " ss rbbbrss ", "    bybbyb  ", "   bbbbbbb  ", "  bbb bbb   ",
                " hhb   hhh  ", "  h     hh  ",
            ],
            [
                "   rrbrr    ", "   srrbs    ", "   ssbbb    ", "   bybbyb   ", "   bbbbbb   ", "    bbbb    ",
                "    bbhh    ", "    hhh     ",
            ],
        ].map { picture(head + $0) }
        jump = picture(
            head + [
                "ssrrbrrrr ss", "ssrrbbrbrrss", "  rrbbbbrr  ", "   bybbyb   ", "  bbbbbbbb  ", " hbbb  bbbh ",
                " hh      hh ", "            ",
            ])
        let body = [
            "    pppppp    ", "  pppppppppp  ", " pppppppppppp ", " ppwwppppwwpp ", "pppwkppppkwppp", "pppwwppppwwppp",
            "pppppppppppppp", "qppppkkkkppppq", " qqppppppppqq ", "   ssssssss   ",
        ]
        enemies = [
            body + ["  kkk  kkkk   ", " kkkk   kkkk  "], body + ["   kkkk  kkk  ", "  kkkk   kkkk "],
        ].map(picture)
    }

    /// A tile of 16 by 16 of the game's pixels.
    private static func tile(
        _ scale: Int,
        _ draw: (_ canvas: Canvas, _ dot: (_ x: Int, _ y: Int, _ width: Int, _ height: Int, _ colour: UInt32) -> Void)
            ->
            Void
    ) -> Picture {
        Picture(width: 16 * scale, height: 16 * scale) { canvas in
            draw(canvas) { x, y, width, height, colour in
                canvas.fill(
                    Area(x: x * scale, y: y * scale, width: width * scale, height: height * scale), colour)
            }
        }
    }
}
