import Foundation
import GStreamer
import Synchronization
import TestSupport

/// A recorded file, read and decoded from its beginning to its end.
struct Movie {
    /// A decoded frame.
    struct Frame: Equatable {
        /// Nanoseconds from the beginning.
        let time: UInt64
        let width: Int
        let height: Int
        /// The brightness of the first pixel.
        let luma: UInt8
    }

    /// Decoded sound.
    struct Block: Equatable {
        let time: UInt64
        /// Samples per channel.
        let samples: Int
        /// The largest sample.
        let peak: Int
    }

    private(set) var frames: [Frame] = []
    private(set) var sound: [Block] = []
    /// What the decoders complained of.
    private(set) var complaints: [String] = []

    /// Seconds of sound, which lasts as long as the file.
    var seconds: Double { Double(sound.reduce(0) { $0 + $1.samples }) / 48_000 }

    private final class Log: Sendable {
        let frames = Mutex<[Frame]>([])
        let sound = Mutex<[Block]>([])
    }

    /// - Throws: where it cannot be read to its end within 20 s.
    init(_ path: String) async throws {
        let isMP4 = path.hasSuffix(".mp4")
        let log = Log()
        let demuxer = try Element(isMP4 ? "qtdemux" : "matroskademux")
        let picture: [Element] = [
            isMP4 ? try Element("h264parse") : try Element("identity"),
            try Element(isMP4 ? "openh264dec" : "vp8dec"),
            try AppSink(caps: Caps("video/x-raw", ["format": "I420"])) { sample in
                let caps = sample.caps
                let frame = Frame(
                    time: sample.timestamp ?? .max, width: Int(caps?["width"]?.integer ?? 0),
                    height: Int(caps?["height"]?.integer ?? 0),
                    luma: sample.withView { $0.withBytes { $0.first ?? 0 } ?? 0 })
                log.frames.withLock { $0.append(frame) }
            },
        ]
        let sound: [Element] = [
            try Element("opusdec"),
            try AppSink(caps: Caps("audio/x-raw", ["format": "S16LE"])) { sample in
                let block = Block(
                    time: sample.timestamp ?? .max, samples: sample.size / 4,
                    peak: sample.withView {
                        $0.withBytes { Int($0.bindMemory(to: Int16.self).map(\.magnitude).max() ?? 0) } ?? 0
                    })
                log.sound.withLock { $0.append(block) }
            },
        ]
        let pipeline = try Pipeline("movie")
        try await pipeline.chain([try Element("filesrc", ["location": .string(path)]), demuxer])
        try await pipeline.chain(picture)
        try await pipeline.chain(sound)
        let (first, second) = (try picture[0].pad("sink"), try sound[0].pad("sink"))
        let connection = try demuxer.onPad { pad in
            // Each refuses what the other takes.
            if (try? pad.link(to: second)) == nil { try? pad.link(to: first) }
        }
        let reading = Task {
            var complaints: [String] = []
            for await message in pipeline.messages {
                switch message {
                case .endOfStream: return complaints
                case .error(let source, let text, let debug):
                    return complaints + ["\(source): \(text) \(debug ?? "")"]
                case .warning(let source, let text): complaints.append("\(source): \(text)")
                default: break
                }
            }
            return complaints + ["not read to the end"]
        }
        let alarm = Task {
            try await Task.sleep(for: .seconds(20))
            await pipeline.stop()
        }
        try await pipeline.play()
        complaints = await reading.value
        alarm.cancel()
        connection.disconnect()
        await pipeline.stop()
        frames = log.frames.withLock { $0 }
        self.sound = log.sound.withLock { $0 }
    }
}
