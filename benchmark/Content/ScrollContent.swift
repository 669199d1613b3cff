/// A document that scrolls in a window of a desktop, as fast as one that is skimmed through.
struct ScrollContent: ScreenContent {
    let format: ScreenFormat
    /// Pixels per second.
    private static let speed = 120
    private static let barWidth = 14
    private let desktop: Picture
    private let page: Picture
    /// What the page is seen through.
    private let view: Area

    init(_ format: ScreenFormat) {
        self.format = format
        let room = Desktop.room(format)
        let window = Area(
            x: room.width * 12 / 100, y: room.height * 5 / 100, width: room.width * 78 / 100,
            height: room.height * 88 / 100)
        var inner = window
        desktop = Picture(width: format.width, height: format.height) { canvas in
            Desktop.paint(on: canvas, format)
            inner = Desktop.window("On streaming screens - Document", window, isActive: true, on: canvas)
            canvas.fill(
                Area(x: inner.x + inner.width - Self.barWidth, y: inner.y, width: Self.barWidth, height: inner.height),
                0xffe2_e4e6)
        }
        view = Area(x: inner.x, y: inner.y, width: max(0, inner.width - Self.barWidth), height: inner.height)
        page = Self.page(width: max(1, view.width), atLeast: 2 * view.height)
    }

    func paint(_ frame: Int, on canvas: Canvas) {
        canvas.draw(desktop, x: 0, y: 0)
        let position = format.travel(frame, at: Self.speed) % page.height
        // The page begins again where it ends.
        canvas.draw(page, x: view.x, y: view.y - position, within: view)
        canvas.draw(page, x: view.x, y: view.y - position + page.height, within: view)
        let thumb = max(16, view.height * view.height / page.height)
        canvas.fill(
            Area(
                x: view.x + view.width + 3, y: view.y + (view.height - thumb) * position / page.height,
                width: Self.barWidth - 6, height: thumb), 0xff9a_a2ac)
    }

    /// Headings, paragraphs, code and pictures, as often as it takes.
    private static func page(width: Int, atLeast height: Int) -> Picture {
        let (margin, line) = (24, 17)
        let letters = max(8, (width - 2 * margin) / BitmapFont.width)
        let sections = Prose.paragraphs.map { Prose.lines($0, width: letters) }
        let codeHeight = Prose.code.count * line + 20
        let pictureHeight = 110
        // A section: heading, paragraph twice, and code or a picture by turns.
        func extent(_ index: Int) -> Int {
            40 + 2 * (sections[index % sections.count].count * line + 12)
                + (index.isMultiple(of: 2) ? codeHeight : pictureHeight) + 24
        }
        var (count, total) = (0, 20)
        while count < sections.count || total < height {
            total += extent(count)
            count += 1
        }
        return Picture(width: width, height: total) { canvas in
            canvas.fill(canvas.area, 0xfffb_fbf8)
            var y = 20
            for index in 0..<count {
                let top = y
                canvas.text(Prose.headings[index % sections.count], x: margin, y: y, 0xff1f_4f82, scale: 2)
                y += 40
                for text in sections[index % sections.count] + [""] + sections[(index + 1) % sections.count] {
                    guard y < top + extent(index) - (index.isMultiple(of: 2) ? codeHeight : pictureHeight) - 30 else {
                        break
                    }
                    canvas.text(text, x: margin, y: y, 0xff24_282c)
                    y += line
                }
                y = top + extent(index) - (index.isMultiple(of: 2) ? codeHeight : pictureHeight) - 24
                let box = Area(
                    x: margin, y: y, width: width - 2 * margin,
                    height: index.isMultiple(of: 2) ? codeHeight : pictureHeight)
                if index.isMultiple(of: 2) { paintCode(box, on: canvas) } else { paintPicture(box, on: canvas) }
                y = top + extent(index)
            }
        }
    }

    private static func paintCode(_ box: Area, on canvas: Canvas) {
        canvas.fill(box, 0xffee_f0ee)
        canvas.frame(box, 0xffcd_d2d0)
        for (index, text) in Prose.code.enumerated() {
            let fitting = String(text.prefix(max(0, (box.width - 20) / BitmapFont.width)))
            canvas.text(fitting, x: box.x + 10, y: box.y + 12 + index * 17, 0xff7a_3048)
        }
    }

    /// A chart with coloured bars: what a document has besides text.
    private static func paintPicture(_ box: Area, on canvas: Canvas) {
        canvas.fill(box, from: 0xfff4_f7fa, to: 0xffdf_e8f0)
        var dice = Dice(7)
        let colours: [UInt32] = [0xff3b_78b5, 0xffe0_8a3c, 0xff5a_a469, 0xffb0_5a8c]
        for (index, x) in stride(from: box.x + 12, to: box.x + box.width - 24, by: 26).enumerated() {
            let height = 14 + dice.roll(max(1, box.height - 30))
            canvas.fill(
                Area(x: x, y: box.y + box.height - 8 - height, width: 18, height: height),
                colours[index % colours.count])
        }
        canvas.frame(box, 0xffb8_c2cc)
    }
}
