/// A window that is dragged over a desktop with others, on a path that repeats after a minute.
struct DragContent: ScreenContent {
    let format: ScreenFormat
    private let desktop: Picture
    private let window: Picture

    init(_ format: ScreenFormat) {
        self.format = format
        let room = Desktop.room(format)
        desktop = Picture(width: format.width, height: format.height) { canvas in
            Desktop.paint(on: canvas, format)
            let editor = Area(
                x: room.width * 13 / 100, y: room.height * 6 / 100, width: room.width * 52 / 100,
                height: room.height * 54 / 100)
            Desktop.editor(
                Prose.code + [""] + Prose.code, Desktop.window("Editor", editor, isActive: false, on: canvas),
                on: canvas)
            let document = Area(
                x: room.width * 46 / 100, y: room.height * 34 / 100, width: room.width * 50 / 100,
                height: room.height * 60 / 100)
            Desktop.paragraphs(
                Desktop.window("Document", document, isActive: false, on: canvas), from: 1, on: canvas)
        }
        let size = Area(x: 0, y: 0, width: room.width * 42 / 100, height: room.height * 46 / 100)
        // The shadow is drawn with each frame: it depends on what lies below.
        window = Picture(width: max(1, size.width), height: max(1, size.height)) { canvas in
            let inner = Desktop.window("Pictures - sunset", size, isActive: true, on: canvas)
            Self.paintSunset(inner.inset(10), on: canvas)
        }
    }

    func paint(_ frame: Int, on canvas: Canvas) {
        canvas.draw(desktop, x: 0, y: 0)
        let room = Desktop.room(format)
        // Turns per minute: 20 to the sides and 14 up and down, with a few quick ones between.
        let across = format.travel(frame, at: 20 * Wave.turn / 60)
        let down = format.travel(frame, at: 14 * Wave.turn / 60)
        let (spanX, spanY) = (room.width - window.width, room.height - window.height)
        let x = spanX / 2 + Wave.at(across, spanX * 42 / 100) + Wave.at(across * 3, spanX * 6 / 100)
        let y = spanY / 2 + Wave.at(down, spanY * 42 / 100) + Wave.at(down * 4, spanY * 6 / 100)
        canvas.shade(Area(x: x + window.width, y: y + 6, width: 6, height: window.height))
        canvas.shade(Area(x: x + 6, y: y + window.height, width: window.width - 6, height: 6))
        canvas.draw(window, x: x, y: y)
        canvas.draw(Desktop.pointer, x: x + window.width / 3, y: y + 8)
    }

    /// Smooth colours, which text has none of.
    private static func paintSunset(_ box: Area, on canvas: Canvas) {
        guard box.width > 0, box.height > 0 else { return }
        canvas.fill(box, from: 0xff2c_2a5c, to: 0xfff2_9a4a)
        canvas.disc(
            x: box.x + box.width * 2 / 3, y: box.y + box.height * 6 / 10, radius: box.height / 7, 0xffff_e9a8)
        for x in 0..<box.width {
            let rise = box.height / 4 + Wave.at(x * 5, box.height / 14) + Wave.at(x * 17 + 200, box.height / 40)
            canvas.fill(Area(x: box.x + x, y: box.y + box.height - rise, width: 1, height: rise), 0xff25_1c38)
        }
    }
}
