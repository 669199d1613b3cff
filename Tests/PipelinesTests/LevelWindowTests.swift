import Foundation
import Testing

@testable import Pipelines

/// How loud the guest is, from its samples.
struct LevelWindowTests {
    private func level(of samples: [Int16], silent: Bool = false) -> AudioLevel? {
        var window = LevelWindow()
        return samples.withUnsafeBytes { window.add($0, isSilent: silent) }
    }

    @Test("A full-scale sine reads -3 dB RMS and 0 dB peak, and the louder channel counts")
    func sine() throws {
        let samples = (0..<4800).flatMap { index -> [Int16] in
            [Int16((sin(Double(index) / 48 * 2 * .pi) * 32767).rounded()), 0]
        }
        let level = try #require(self.level(of: samples))
        #expect(abs(level.rms - -3.01) < 0.02)
        #expect(abs(level.peak) < 0.01)
    }

    @Test("Digital silence has no level, and an interval that is not complete tells nothing")
    func silence() throws {
        let level = try #require(self.level(of: [Int16](repeating: 0, count: 9600), silent: true))
        #expect(level.rms == -.infinity)
        #expect(level.peak == -.infinity)
        #expect(self.level(of: [Int16](repeating: 99, count: 960)) == nil)
    }

    @Test("The loudest samples of all do not overflow")
    func loudest() throws {
        let level = try #require(self.level(of: [Int16](repeating: .min, count: 9600)))
        #expect(abs(level.rms) < 0.01)
        #expect(abs(level.peak) < 0.01)
    }
}
