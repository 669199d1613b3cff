/// A desktop of our own: wallpaper, icons, task bar and windows.
enum Desktop {
    private static let titleHeight = 22
    private static let barHeight = 30

    /// Where windows may be, between the upper edge and the task bar.
    static func room(_ format: ScreenFormat) -> Area {
        Area(x: 0, y: 0, width: format.width, height: max(1, format.height - barHeight - FrameStrip.height))
    }

    /// Draws the wallpaper with icons, and the task bar above the strip with the frame's number.
    static func paint(on canvas: Canvas, _ format: ScreenFormat) {
        canvas.fill(canvas.area, from: 0xff1b_3a57, to: 0xff4f_8fa8)
        paintHills(on: canvas, format)
        let icons: [(String, UInt32)] = [
            ("Home", 0xffe8_b04a), ("Mail", 0xff6a_b7e8), ("Music", 0xffd0_6a9a), ("Files", 0xff7a_c07a),
        ]
        for (index, (name, colour)) in icons.enumerated() where 34 + index * 78 < room(format).height - 70 {
            paintIcon(name, colour, y: 20 + index * 78, on: canvas)
        }
        paintBar(on: canvas, format)
    }

    /// Draws a window.
    ///
    /// - Returns: the part of it that its program draws on.
    @discardableResult
    static func window(_ title: String, _ area: Area, isActive: Bool, on canvas: Canvas) -> Area {
        canvas.shade(Area(x: area.x + area.width, y: area.y + 6, width: 6, height: area.height))
        canvas.shade(Area(x: area.x + 6, y: area.y + area.height, width: area.width - 6, height: 6))
        canvas.fill(area, 0xfffb_fbf8)
        let bar = Area(x: area.x, y: area.y, width: area.width, height: titleHeight)
        canvas.fill(
            bar, from: isActive ? 0xff3f_6ea8 : 0xff9a_a4ae, to: isActive ? 0xff28_4a78 : 0xff7c_8690)
        canvas.text(title, x: area.x + 10, y: area.y + 5, 0xffff_ffff, isBold: true)
        for (index, colour) in [UInt32(0xffe0_5a4f), 0xffe8_c04a, 0xff62_b85c].enumerated() {
            canvas.disc(x: area.x + area.width - 16 - index * 20, y: area.y + 11, radius: 6, colour)
        }
        canvas.frame(area, 0xff22_2c38)
        return Area(
            x: area.x + 1, y: area.y + titleHeight, width: max(0, area.width - 2),
            height: max(0, area.height - titleHeight - 1))
    }

    /// The pointer's picture: an arrow with its tip at the upper left.
    static let pointer = Picture(
        [
            "#", "##", "#.#", "#..#", "#...#", "#....#", "#.....#", "#......#", "#.......#", "#........#",
            "#.....#####",
            "#..#..#", "#.# #..#", "##  #..#", "#    #..#", "     #..#", "      ##",
        ], ["#": 0xff00_0000, ".": 0xffff_ffff], scale: 1)

    /// Fills a window with lines of text, as an editor shows them.
    static func editor(_ lines: [String], _ area: Area, on canvas: Canvas) {
        canvas.fill(area, 0xff1e_2430)
        canvas.fill(Area(x: area.x, y: area.y, width: 40, height: area.height), 0xff27_2f3d)
        for (index, line) in lines.enumerated() {
            let y = area.y + 8 + index * 17
            guard y + BitmapFont.height < area.y + area.height else { break }
            let number = "\(index + 1)"
            canvas.text(number, x: area.x + 32 - number.count * 8, y: y, 0xff6b_788c)
            let fitting = max(0, (area.width - 56) / BitmapFont.width)
            let colour: UInt32 = line.contains("//") ? 0xff7f_a886 : line.contains("\"") ? 0xffd8_b078 : 0xffd5_dce6
            canvas.text(String(line.prefix(fitting)), x: area.x + 48, y: y, colour)
        }
    }

    /// Fills a window with paragraphs.
    static func paragraphs(_ area: Area, from first: Int = 0, on canvas: Canvas) {
        var y = area.y + 10
        var index = first
        while y < area.y + area.height {
            for line in Prose.lines(
                Prose.paragraphs[index % Prose.paragraphs.count], width: max(8, (area.width - 24) / 8))
            {
                guard y + BitmapFont.height < area.y + area.height else { return }
                canvas.text(line, x: area.x + 12, y: y, 0xff20_2428)
                y += 16
            }
            y += 12
            index += 1
        }
    }

    private static func paintHills(on canvas: Canvas, _ format: ScreenFormat) {
        let hills: [(height: Int, swing: Int, length: Int, shift: Int, colour: UInt32)] = [
            (45, 9, 1400, 100, 0xff3b_7791), (30, 8, 900, 500, 0xff2d_6076), (17, 6, 1100, 800, 0xff20_495c),
        ]
        for hill in hills {
            for x in 0..<format.width {
                let rise =
                    format.height * hill.height / 100
                    + Wave.at(x * Wave.turn / hill.length + hill.shift, format.height * hill.swing / 100)
                canvas.fill(Area(x: x, y: format.height - rise, width: 1, height: rise), hill.colour)
            }
        }
    }

    private static func paintIcon(_ name: String, _ colour: UInt32, y: Int, on canvas: Canvas) {
        canvas.fill(Area(x: 26, y: y + 6, width: 40, height: 30), from: colour, to: Colour.mix(colour, 0, 1, of: 3))
        canvas.fill(Area(x: 26, y: y, width: 18, height: 7), colour)
        canvas.frame(Area(x: 26, y: y + 6, width: 40, height: 30), 0xff1a_2530)
        canvas.text(name, x: 46 - name.count * 4 + 1, y: y + 43, 0xff00_0000)
        canvas.text(name, x: 46 - name.count * 4, y: y + 42, 0xffff_ffff)
    }

    private static func paintBar(on canvas: Canvas, _ format: ScreenFormat) {
        let y = room(format).height
        canvas.fill(Area(x: 0, y: y, width: format.width, height: barHeight), from: 0xff39_4350, to: 0xff20_2832)
        canvas.fill(Area(x: 0, y: y, width: format.width, height: 1), 0xff5b_6674)
        canvas.fill(Area(x: 6, y: y + 4, width: 70, height: 22), from: 0xff5a_9a5a, to: 0xff35_6e3c)
        canvas.text("Start", x: 21, y: y + 9, 0xffff_ffff, isBold: true)
        for (index, name) in ["Document", "Editor"].enumerated() {
            let button = Area(x: 86 + index * 136, y: y + 4, width: 128, height: 22)
            canvas.fill(button, index == 0 ? 0xff4c_5a6c : 0xff33_3e4b)
            canvas.text(name, x: button.x + 10, y: y + 9, 0xffe6_ebf2)
        }
        canvas.text("10:42", x: format.width - 54, y: y + 9, 0xffe6_ebf2)
    }
}
