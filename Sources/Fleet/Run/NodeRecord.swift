/// What a node tells about itself in `node.json` once its HTTP server listens.
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

    /// The record of this very process.
    public init(instanceId: InstanceID, port: Int, url: String, process: ProcessIdentity = .current) {
        pid = process.pid
        startTime = process.startTime
        self.instanceId = instanceId.description
        self.port = port
        self.url = url
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
