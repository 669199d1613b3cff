import GStreamer
import Synchronization
import Testing

@testable import Pipelines

@Suite("What becomes of recorded sound", .timeLimit(.minutes(1)))
struct SoundReaderTests {
    init() throws { try Runtime.start() }

    /// Bytes of what is handed on of readings of 40 ms each, by the reading.
    private func handedOn(_ readings: Int, isHeard: Bool = true, sounding: (Int) -> Bool) -> [Int: Int] {
        let sizes = Mutex<[Int]>([])
        let reader = SoundReader(samples: { sample in sizes.withLock { $0.append(sample.size) } }, levels: { _ in })
        var byReading: [Int: Int] = [:]
        for reading in 0..<readings {
            let bytes = [UInt8](repeating: sounding(reading) ? 9 : 0, count: 4 * SoundFormat.packetSize)
            bytes.withUnsafeBytes {
                _ = reader.take($0, isHeard: isHeard, at: 10_000_000_000 + UInt64(reading) * 40_000_000)
            }
            byReading[reading] = sizes.withLock { sizes in
                defer { sizes = [] }
                return sizes.reduce(0, +)
            }
        }
        return byReading
    }

    @Test("sound and what follows it are handed on whole, of long silence one packet now and then")
    func parts() {
        let sizes = handedOn(60) { $0 < 10 }
        #expect((0..<15).allSatisfy { sizes[$0] == 4 * SoundFormat.packetSize }, "\(sizes)")
        let late = (16..<60).compactMap { sizes[$0] }.filter { $0 > 0 }
        #expect((3...5).contains(late.count) && late.allSatisfy { $0 == SoundFormat.packetSize }, "\(late)")
    }

    @Test("nothing is handed on that nobody hears")
    func unheard() { #expect(handedOn(5, isHeard: false) { _ in true }.values.allSatisfy { $0 == 0 }) }
}
