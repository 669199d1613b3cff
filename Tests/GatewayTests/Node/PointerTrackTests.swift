import Testing

@testable import Gateway

@Suite("Pointer track", .timeLimit(.minutes(1)))
struct PointerTrackTests {
    @Test("The first place is reached by way of the corner, the next ones by the shortest way")
    func places() {
        var track = PointerTrack()
        track.resize(width: 641, height: 481)
        let first = track.move(toX: 0.5, y: 0.5)
        #expect(first.count == 2)
        #expect(first[0] == (dx: -1282, dy: -962))
        #expect(first[1] == (dx: 320, dy: 240))
        let second = track.move(toX: 1, y: 0)
        #expect(second.count == 1)
        #expect(second[0] == (dx: 320, dy: -240))
        #expect(track.move(toX: 1, y: 0).isEmpty)
    }

    @Test("Rounding never adds up: a hundred small moves end where one large one does")
    func rounding() {
        var track = PointerTrack()
        track.resize(width: 641, height: 481)
        _ = track.move(toX: 0, y: 0)
        var sum = 0
        for step in 1...100 { sum += track.move(toX: Double(step) / 100, y: 0).reduce(0) { $0 + $1.dx } }
        #expect(sum == 640)
    }

    @Test("A change of size makes the pointer's place unknown; the same size does not")
    func resizing() {
        var track = PointerTrack()
        track.resize(width: 640, height: 480)
        _ = track.move(toX: 0.5, y: 0.5)
        track.resize(width: 640, height: 480)
        #expect(track.move(toX: 0.6, y: 0.5).count == 1)
        track.resize(width: 800, height: 600)
        #expect(track.move(toX: 0.6, y: 0.5).count == 2)
        track.forget()
        #expect(track.move(toX: 0.6, y: 0.5).count == 2)
    }

    @Test("Fractions of relative motion are kept, and the place follows it within the screen")
    func relative() {
        var track = PointerTrack()
        track.resize(width: 101, height: 101)
        _ = track.move(toX: 0, y: 0)
        var moved = 0
        for _ in 0..<10 { moved += track.move(byX: 0.25, y: 0).dx }
        #expect(moved == 2)
        _ = track.move(byX: 10_000, y: -5)
        let back = track.move(toX: 0, y: 0)
        #expect(back.count == 1)
        #expect(back[0] == (dx: -100, dy: 0))
    }

    @Test("Three lines of a wheel are one notch, however they come")
    func wheel() {
        var track = PointerTrack()
        let single = (0..<6).map { _ in track.turnWheel(lines: 1) }
        #expect(single == [0, 0, 1, 0, 0, 1])
        let fast = track.turnWheel(lines: -9)
        #expect(fast == -3)
    }
}
