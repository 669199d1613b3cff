/// A desktop with an editor on which nothing moves but a cursor that blinks once a second.
struct CursorContent: ScreenContent {
    let format: ScreenFormat
    private let desktop: Picture
    private let cursor: Area

    init(_ format: ScreenFormat) {
        self.format = format
        let room = Desktop.room(format)
        var inner = room
        desktop = Picture(width: format.width, height: format.height) { canvas in
            Desktop.paint(on: canvas, format)
            let window = Area(
                x: room.width * 14 / 100, y: room.height * 8 / 100, width: room.width * 74 / 100,
                height: room.height * 82 / 100)
            inner = Desktop.window("pacer.swift - Editor", window, isActive: true, on: canvas)
            Desktop.editor(Prose.code + [""] + Prose.code + ["", "// what next?"], inner, on: canvas)
        }
        let last = Prose.code[4]
        cursor = Area(x: inner.x + 48 + last.count * BitmapFont.width, y: inner.y + 8 + 4 * 17, width: 2, height: 14)
    }

    func paint(_ frame: Int, on canvas: Canvas) {
        canvas.draw(desktop, x: 0, y: 0)
        if halfSeconds(frame).isMultiple(of: 2) { canvas.fill(cursor, 0xfff0_f4fa) }
    }

    func lastChange(upTo frame: Int) -> Int {
        // The first frame of its half second: the smallest number with that many halves.
        (halfSeconds(frame) * format.framesPerSecond + 1) / 2
    }

    private func halfSeconds(_ frame: Int) -> Int { frame * 2 / format.framesPerSecond }
}
