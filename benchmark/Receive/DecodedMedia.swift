import GStreamer
import Synchronization

/// Decodes what one receiver gets: the picture to gray, the sound to its energy. Looks at both on the streaming threads,
/// keeps no media.
final class DecodedMedia: Sendable {
    /// The size every picture is brought to: the demo guest's.
    static let width = 640
    static let height = 480

    /// The end of the video; keyframe requests go upstream from here.
    let videoSink: AppSink
    private let audioSink: AppSink
    private let video: [Element]
    private let audio: [Element]
    private let state: State

    /// What the streaming threads write and others read.
    private final class State: Sendable {
        let counts = Mutex(DecodedCounts())
        /// Of the video's thread alone; a lock all the same, which nobody else takes.
        let last = Mutex<[UInt8]>([])
    }

    init(codec: VideoCodec) throws {
        let state = State()
        self.state = state
        videoSink = try AppSink(
            caps: Caps(
                "video/x-raw",
                ["format": "GRAY8", "width": .int(Int32(Self.width)), "height": .int(Int32(Self.height))])
        ) { sample in
            sample.withView { view in _ = view.withBytes { Self.see($0, state) } }
        }
        audioSink = try AppSink(
            caps: Caps("audio/x-raw", ["format": "S16LE", "channels": .int(1), "layout": "interleaved"])
        ) { sample in
            sample.withView { view in _ = view.withBytes { Self.hear($0, state) } }
        }
        let decoder: [Element] =
            switch codec {
            case .h264:
                [
                    try Element("rtph264depay"),
                    try Element("h264parse"),
                    // The decoder refuses a stream whose first packets do not tell their profile.
                    try Element(
                        "capssetter", ["caps": .caps(Caps("video/x-h264", ["profile": "constrained-baseline"]))]),
                    try Element("openh264dec"),
                ]
            case .vp8: [try Element("rtpvp8depay"), try Element("vp8dec", ["threads": .uint(1)])]
            }
        // Scaled before it is converted: only the luma is worth it, and nothing is scaled in the guest's own size.
        video = decoder + [try Element("videoconvert"), try Element("videoscale"), videoSink]
        audio = [try Element("rtpopusdepay"), try Element("opusdec"), try Element("audioconvert"), audioSink]
    }

    /// What was decoded so far.
    var counts: DecodedCounts { state.counts.withLock { $0 } }

    /// Puts the decoders into the receiver's pipeline.
    func add(to pipeline: Pipeline) async throws {
        try await pipeline.chain(video)
        try await pipeline.chain(audio)
    }

    /// Decodes what comes out of that pad.
    func take(_ pad: Pad) throws {
        guard case .caps(let caps)? = try? pad.get("caps") else { return }
        let first = caps["media"]?.text == "video" ? video[0] : audio[0]
        try pad.link(to: try first.pad("sink"))
    }

    /// Every how many frames the number is read.
    private static let readEvery = 3

    private static func see(_ bytes: UnsafeRawBufferPointer, _ state: State) {
        guard bytes.count >= width * height else { return }
        let now = Runtime.now()
        let moved = state.last.withLock { hasMoved(bytes, &$0) }
        let frames = state.counts.withLock { counts in
            counts.frames += 1
            counts.lastFrameAt = now
            if moved { counts.movedFrames += 1 }
            return counts.frames
        }
        guard frames % readEvery == 0 else { return }
        let number = GuestNumberReader.read(bytes, width: width)
        state.counts.withLock { $0.noteNumber(number) }
    }

    /// Whether the landscape differs from the last picture's, by a sample of its pixels.
    private static func hasMoved(_ bytes: UnsafeRawBufferPointer, _ last: inout [UInt8]) -> Bool {
        var sample: [UInt8] = []
        sample.reserveCapacity(80 * 50)
        for y in stride(from: 4, to: 400, by: 8) {
            for x in stride(from: 4, to: width, by: 8) { sample.append(bytes[y * width + x]) }
        }
        defer { last = sample }
        guard last.count == sample.count else { return false }
        // What a codec does to a still picture changes a value by a few.
        return zip(sample, last).count { abs(Int($0) - Int($1)) > 12 } >= 8
    }

    private static func hear(_ bytes: UnsafeRawBufferPointer, _ state: State) {
        var energy = 0.0
        let count = bytes.count / 2
        guard count > 0 else { return }
        for index in 0..<count {
            let sample = Double(Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 2, as: Int16.self)))
            energy += sample * sample
        }
        let level = (energy / Double(count)).squareRoot()
        let now = Runtime.now()
        state.counts.withLock { counts in
            counts.soundPackets += 1
            counts.loudest = max(counts.loudest, level)
            if level > DecodedCounts.audible {
                counts.audiblePackets += 1
                counts.lastSoundAt = now
            }
        }
    }
}
