import Testing

@testable import bench

@Suite("The guest's number is read from its picture", .timeLimit(.minutes(1))) struct GuestNumberReaderTests {
    private static let (width, height) = (640, 480)

    /// A picture with the panel's line, as the demo guest draws it: dim letters, amber digits, a dark ground.
    private func picture(_ number: Int, noise: Int = 0, blur: Bool = false, shift: Int = 0) -> [UInt8] {
        var pixels = [UInt8](repeating: 90, count: Self.width * Self.height)
        for y in 403..<Self.height { for x in 0..<Self.width { pixels[y * Self.width + x] = 27 } }
        let digits = "\(number)".map { PanelFont.digits[Int(String($0)) ?? 0] }
        let letters = PanelFont.label.map { ($0, UInt8(147)) } + [(nil, 0)] + digits.map { ($0, UInt8(198)) }
        for (column, (letter, level)) in letters.enumerated() {
            guard let letter else { continue }
            for (pixel, isSet) in letter.enumerated() where isSet > 0 {
                let x = GuestNumberReader.left + column * 8 + pixel % 8 + shift
                pixels[(GuestNumberReader.top + pixel / 8) * Self.width + x] = level
            }
        }
        var generator = SplitMix64(seed: 1)
        if noise > 0 {
            for index in pixels.indices {
                pixels[index] = UInt8(clamping: Int(pixels[index]) + generator.draw(-noise...noise))
            }
        }
        guard blur else { return pixels }
        let sharp = pixels
        for y in 1..<Self.height - 1 {
            for x in 1..<Self.width - 1 {
                var sum = 0
                for dy in -1...1 { for dx in -1...1 { sum += Int(sharp[(y + dy) * Self.width + x + dx]) } }
                pixels[y * Self.width + x] = UInt8(sum / 9)
            }
        }
        return pixels
    }

    private func read(_ pixels: [UInt8]) -> Int? {
        pixels.withUnsafeBytes { GuestNumberReader.read($0, width: Self.width) }
    }

    @Test("every number that Loco has", arguments: 0..<64)
    func plain(number: Int) { #expect(read(picture(number)) == number) }

    @Test("through a codec's noise", arguments: 0..<10)
    func noisy(number: Int) { #expect(read(picture(number, noise: 30)) == number) }

    @Test("a blurred one is read rightly or not at all", arguments: 0..<10)
    func blurred(number: Int) {
        let seen = read(picture(number, blur: true))
        #expect(seen == number || seen == nil)
    }

    @Test("no number where there is no panel, where it stands elsewhere, or where the picture is too small")
    func none() {
        #expect(read([UInt8](repeating: 0, count: Self.width * Self.height)) == nil)
        #expect(read(picture(3, shift: 4)) == nil)
        #expect(read([]) == nil)
        var generator = SplitMix64(seed: 5)
        #expect(read((0..<Self.width * Self.height).map { _ in UInt8(generator.draw(0...255)) }) == nil)
    }
}
