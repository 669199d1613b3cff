/// What a node tells about itself in `node.json` from when its HTTP server listens on.
public struct NodeRecord: Sendable, Codable, Equatable {
    /// The node's process.
    public var pid: Int32
    /// Its start in clock ticks after boot, so that a reused pid is not taken for it.
    public var startTime: UInt64
    /// The instance it serves.
    public var instanceId: String
    /// The port it listens on.
    public var port: Int
    /// Its base address, "http://127.0.0.1:41234".
    public var url: String
    /// Its guest is up; until then it serves and tells how far the guest is.
    public var isReady: Bool

    private enum CodingKeys: String, CodingKey { case pid, startTime, instanceId, port, url, isReady = "ready" }

    /// The record of this very process.
    public init(
        instanceId: InstanceID, port: Int, url: String, isReady: Bool = true, process: ProcessIdentity = .current
    ) {
        pid = process.pid
        startTime = process.startTime
        self.instanceId = instanceId.description
        self.port = port
        self.url = url
        self.isReady = isReady
    }

    /// Reads one, also of an older node, which writes it only once its guest is up.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        pid = try container.decode(Int32.self, forKey: .pid)
        startTime = try container.decode(UInt64.self, forKey: .startTime)
        instanceId = try container.decode(String.self, forKey: .instanceId)
        port = try container.decode(Int.self, forKey: .port)
        url = try container.decode(String.self, forKey: .url)
        isReady = try container.decodeIfPresent(Bool.self, forKey: .isReady) ?? true
    }

    /// The process that wrote it.
    public var process: ProcessIdentity { ProcessIdentity(pid: pid, startTime: startTime) }

    /// Writes it for the hub to find.
    public func write(to directory: InstanceDirectory) throws {
        try AtomicFile.writeJSON(self, to: directory.nodeFile)
    }

    /// The record in the folder, if its writer still lives; nil otherwise.
    public static func living(in directory: InstanceDirectory) throws -> NodeRecord? {
        guard let record = try AtomicFile.readJSON(NodeRecord.self, from: directory.nodeFile),
            record.process.isAlive
        else { return nil }
        return record
    }
}
