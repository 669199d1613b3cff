import Foundation
import GStreamer

/// What is being written into one file: gives frames their place and length, and sound its own.
struct RecordingPart {
    private static let sound = SampleFormat(RecordingFormat.sound)

    /// 1 for the recording's first.
    let number: Int
    let file: RecordingFile
    let signature: StreamSignature
    /// When it began.
    let startedAt: Date
    /// The same in nanoseconds of the capture's clock.
    let start: UInt64
    private var timeline: SoundTimeline
    /// The newest frame: how long it is shown is known when the next one comes.
    private var held: RecordingQueue.Item?
    private var heldAt: UInt64

    /// - Parameter time: when the first frame was captured.
    init(number: Int, file: RecordingFile, signature: StreamSignature, startingAt time: UInt64) {
        self.number = number
        self.file = file
        self.signature = signature
        startedAt = Date()
        start = time
        heldAt = time
        timeline = SoundTimeline(start: time)
    }

    /// How long it is, in seconds, up to its newest frame.
    var seconds: Double { Double(heldAt - start) / 1e9 }

    /// Adds a frame that was captured at that time.
    mutating func add(picture item: RecordingQueue.Item, capturedAt time: UInt64) {
        writeHeld(until: time)
        (held, heldAt) = (item, time)
        if time > SoundTimeline.patience { writeSilence(timeline.fill(until: time - SoundTimeline.patience)) }
    }

    /// Adds a sound packet that was captured at that time.
    mutating func add(sound item: RecordingQueue.Item, capturedAt time: UInt64) {
        guard let place = timeline.place(capturedAt: time) else { return }
        writeSilence(place.silence)
        file.write(
            sound: Self.sound.sample(
                sharing: item.sample, at: UInt64(place.slot) * SoundTimeline.slot, lasting: SoundTimeline.slot))
    }

    /// Lets picture and sound last until that time.
    mutating func end(at time: UInt64) {
        writeHeld(until: max(time, heldAt + 1_000_000))
        heldAt = max(time, heldAt + 1_000_000)
        writeSilence(timeline.fill(until: heldAt))
    }

    private mutating func writeHeld(until time: UInt64) {
        guard let item = held, time > heldAt else { return }
        file.write(picture: item.sample.placed(at: heldAt - start, lasting: time - heldAt))
        held = nil
    }

    private func writeSilence(_ slots: Range<Int64>) {
        var slot = slots.lowerBound
        for packet in SoundTimeline.silence(slots: slots.count) {
            let time = UInt64(slot) * SoundTimeline.slot
            let length = UInt64(packet.slots) * SoundTimeline.slot
            packet.bytes.withUnsafeBytes {
                file.write(
                    sound: Self.sound.sample(copying: $0, at: time, duration: length).placed(at: time, lasting: length))
            }
            slot += Int64(packet.slots)
        }
    }
}
