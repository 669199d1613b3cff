import Foundation

/// A recording of an instance, as the API shows it and as `event: recording` tells it.
public struct Recording: Sendable, Codable, Equatable, Identifiable {
    /// How far it is.
    public enum State: String, Sendable, Codable {
        /// It is being written.
        case recording
        /// It has ended and can be played.
        case finished
        /// It could not go on; what was written until then can be played.
        case failed
    }

    /// What went wrong, or ended it before somebody asked.
    public struct Problem: Sendable, Codable, Equatable {
        /// A stable word.
        public var code: String
        /// What happened and the remedy.
        public var message: String

        /// Describes a problem.
        public init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }

    /// One file: where the guest changes the size of its picture, another begins.
    public struct Part: Sendable, Codable, Equatable {
        /// Pixels from left to right.
        public var width: Int
        /// Pixels from top to bottom.
        public var height: Int
        /// When it began.
        public var startedAt: Date
        /// How long it is.
        public var seconds: Double
        /// How large its file is.
        public var bytes: Int

        /// Describes a part.
        public init(width: Int, height: Int, startedAt: Date, seconds: Double, bytes: Int) {
            self.width = width
            self.height = height
            self.startedAt = startedAt
            self.seconds = seconds
            self.bytes = bytes
        }
    }

    /// Its id, made by the node.
    public var id: String
    /// Whose it is.
    public var instanceId: InstanceID
    /// How far it is.
    public var state: State
    /// `mp4` or `webm`.
    public var format: String
    /// `H264` or `VP8`.
    public var codec: String
    /// The rendition that is recorded.
    public var rendition: String
    /// When it was begun.
    public var startedAt: Date
    /// Its files, in order; none before the first frame.
    public var files: [Part]
    /// Frames that are missing because the disk did not keep up.
    public var droppedFrames: UInt64
    /// What ended it before somebody asked; nil where nothing did.
    public var error: Problem?
    /// What `fileUrl` begins with: empty at the node, `/api/instances/{id}` at the hub.
    public var base = ""

    /// Describes a recording.
    public init(
        id: String, instanceId: InstanceID, state: State = .recording, format: String, codec: String,
        rendition: String, startedAt: Date = Date(), files: [Part] = [], droppedFrames: UInt64 = 0,
        error: Problem? = nil
    ) {
        self.id = id
        self.instanceId = instanceId
        self.state = state
        self.format = format
        self.codec = codec
        self.rendition = rendition
        self.startedAt = startedAt
        self.files = files
        self.droppedFrames = droppedFrames
        self.error = error
    }

    /// How long it is, all files together.
    public var seconds: Double { files.reduce(0) { $0 + $1.seconds } }
    /// How large it is, all files together.
    public var bytes: Int { files.reduce(0) { $0 + $1.bytes } }
    /// Where its first file is; the others have `?part=2` and so on.
    public var fileUrl: String { "\(base)/recordings/\(id)/file" }

    /// The same as clients of the hub reach it: of the instance that the hub asked, below its address.
    public func reached(as instance: InstanceID) -> Recording {
        var recording = self
        recording.instanceId = instance
        recording.base = "/api/instances/\(instance)"
        return recording
    }

    private enum CodingKeys: String, CodingKey {
        case id, instanceId, state, format, codec, rendition, startedAt, seconds, bytes, width, height, parts
        case droppedFrames, error, fileUrl, files
    }

    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        instanceId = try container.decode(InstanceID.self, forKey: .instanceId)
        state = try container.decode(State.self, forKey: .state)
        format = try container.decode(String.self, forKey: .format)
        codec = try container.decode(String.self, forKey: .codec)
        rendition = try container.decode(String.self, forKey: .rendition)
        startedAt = try container.decode(Date.self, forKey: .startedAt)
        files = try container.decode([Part].self, forKey: .files)
        droppedFrames = try container.decode(UInt64.self, forKey: .droppedFrames)
        error = try container.decodeIfPresent(Problem.self, forKey: .error)
        let url = try container.decode(String.self, forKey: .fileUrl)
        base = url.range(of: "/recordings/").map { String(url[..<$0.lowerBound]) } ?? ""
    }

    /// Writes all fields, with the sums and the last file's size beside the files; what is not known is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(instanceId, forKey: .instanceId)
        try container.encode(state, forKey: .state)
        try container.encode(format, forKey: .format)
        try container.encode(codec, forKey: .codec)
        try container.encode(rendition, forKey: .rendition)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode((seconds * 1000).rounded() / 1000, forKey: .seconds)
        try container.encode(bytes, forKey: .bytes)
        try container.encode(files.last?.width, forKey: .width)
        try container.encode(files.last?.height, forKey: .height)
        try container.encode(files.count, forKey: .parts)
        try container.encode(droppedFrames, forKey: .droppedFrames)
        try container.encode(error, forKey: .error)
        try container.encode(fileUrl, forKey: .fileUrl)
        try container.encode(files, forKey: .files)
    }
}
