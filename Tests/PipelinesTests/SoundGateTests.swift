import Testing

@testable import Pipelines

@Suite("Sound gate", .timeLimit(.minutes(1)))
struct SoundGateTests {
    /// The packets of 10 ms that pass, for sound that is silent but in the given ones.
    private func passed(sounding: Range<Int>, of count: Int) -> [Int] {
        var gate = SoundGate()
        return (0..<count).filter {
            gate.part(isSilent: !sounding.contains($0), at: 10_000_000_000 + UInt64($0) * 10_000_000) != .none
        }
    }

    @Test("All sound passes, silence for a moment after it, and then a packet now and then")
    func passes() {
        let passed = passed(sounding: 50..<80, of: 300)
        #expect(Set(50..<100).isSubset(of: passed))
        let late = passed.filter { $0 > 99 }
        #expect(late == [139, 179, 219, 259, 299])
    }

    @Test("Sound after silence passes with its first packet")
    func resumes() { #expect(passed(sounding: 123..<124, of: 200).contains(123)) }

    @Test("One bit that is set is sound")
    func exact() {
        var samples = [UInt8](repeating: 0, count: 1920)
        #expect(samples.withUnsafeBytes(SoundGate.isSilent))
        for index in [0, 1, 960, 1919] {
            samples[index] = 1
            #expect(!samples.withUnsafeBytes(SoundGate.isSilent))
            samples[index] = 0
        }
        #expect([UInt8]().withUnsafeBytes(SoundGate.isSilent))
    }
}
