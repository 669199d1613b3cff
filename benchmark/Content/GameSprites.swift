/// The pictures that a platform game's level is put together from, in pixel art of our own.
struct GameSprites: Sendable {
    let grass: Picture
    let earth: Picture
    let brick: Picture
    let prize: Picture
    let pillar: Picture
    /// A coin that turns.
    let coins: [Picture]
    let run: [Picture]
    let jump: Picture
    let enemies: [Picture]

    init(scale: Int) {
        let colours: [Character: UInt32] = [
            "k": 0xff1c_1a24, "m": 0xffb8_c4d0, "d": 0xff6d_7c8c, "c": 0xff4e_e0e8, "a": 0xffff_8a3c, "s": 0xff8a_6a9a,
            "w": 0xffff_ffff, "y": 0xffff_d23f, "o": 0xffd9_9a1e, "p": 0xff8a_4fb0, "q": 0xff5c_2f80,
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
            // A crate with a crystal in it.
            canvas.fill(canvas.area, 0xff4a_2f1a)
            dot(1, 1, 14, 14, 0xff9a_6b3c)
            dot(3, 3, 10, 10, 0xff5e_3d22)
            for step in 0..<4 {
                dot(7 - step, 4 + step, 2 + 2 * step, 1, 0xff7f_e4f2)
                dot(4 + step, 8 + step, 8 - 2 * step, 1, 0xff36_a6d8)
            }
            dot(6, 6, 1, 3, 0xffff_ffff)
        }
        pillar = Picture(width: 32 * scale, height: 32 * scale) { canvas in
            let stripes: [(x: Int, width: Int, colour: UInt32)] = [
                (0, 32, 0xff3a_3f48), (1, 30, 0xff8b_93a0), (5, 5, 0xffc8_cfd8), (12, 3, 0xffa8_b0bc),
                (24, 6, 0xff66_6e7a),
            ]
            for (x, width, colour) in stripes {
                // The shaft, and a capital that stands out.
                let shaft = Area(
                    x: (3 + x * 26 / 32) * scale, y: 9 * scale, width: width * 26 * scale / 32, height: 23 * scale)
                canvas.fill(shaft, colour)
                canvas.fill(Area(x: x * scale, y: 0, width: width * scale, height: 9 * scale), colour)
            }
            canvas.frame(Area(x: 0, y: 0, width: 32 * scale, height: 9 * scale), 0xff3a_3f48, thickness: scale)
        }
        coins = [
            [" oyyyo ", "oywwyyo", "oywyyyo", "oywyyyo", "oywyyyo", "oywyyyo", "oywyyyo", "oyyyyyo", " oyyyo "],
            [" oyo ", "oywyo", "oywyo", "oywyo", "oywyo", "oywyo", "oywyo", "oyyyo", " oyo "],
            ["o", "y", "y", "y", "y", "y", "y", "y", "o"],
            [" oyo ", "oyyyo", "oyyyo", "oyyyo", "oyyyo", "oyyyo", "oyyyo", "oyyyo", " oyo "],
        ].map(picture)
        // A robot.
        let head = [
            "     aa     ", "     dd     ", "  mmmmmmmm  ", " mmkkkkkkmm ", " mmkcckccmm ", " mmkkkkkkmm ",
            "  mmmmmmmm  ",
        ]
        let stand = [
            "   aaaaaa   ", "  dayyaad   ", "  daaaaaad  ", "   aaaaaa   ", "   dddddd   ", "    dddd    ",
            "    dddd    ",
            "    kkkk    ",
        ]
        run = [
            [
                "   aaaaaa   ", " daayyaaa d ", "d  aaaaaa  d", "d  aaaaaa  d", "   dddddd   ", "  dd    dd  ",
                " dd      dd ", " kk      kkk",
            ],
            stand,
            [
                "   aaaaaa   ", "  aayyaaad  ", " d aaaaaa d ", "   aaaaaa d ", "   dddddd   ", "   dd  dd   ",
                "  dd    dd  ", "  kkk   kkk ",
            ],
            stand,
        ].map { picture(head + $0) }
        jump = picture(
            head + [
                "d  aaaaaa  d", "ddaayyaaadd ", "   aaaaaa   ", "   aaaaaa   ", "   dddddd   ", "  ddd  ddd  ",
                " kkd    dkk ", "            ",
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
