import Foundation

/// The folder of one instance: its sockets, logs, overlay and the record of its processes.
public struct InstanceDirectory: Sendable, Hashable {
    /// Its absolute path.
    public let path: String
    /// Whose it is.
    public let id: InstanceID

    /// Opens or makes the folder.
    ///
    /// - Throws: `RunDirectoryError`, also when a socket's path in it would be too long for the kernel.
    public init(path: String, id: InstanceID) throws {
        self.path = path
        self.id = id
        for socket in sockets { try Self.checkSocketPath(socket) }
        try PrivateDirectory.make(path)
        try PrivateDirectory.make(home)
    }

    /// QEMU's control socket.
    public var qmpSocket: String { path + "/qmp.sock" }
    /// The socket of QEMU's RFB server.
    public var vncSocket: String { path + "/vnc.sock" }
    /// The control socket of a QEMU that is about to take the guest over.
    var successorQMPSocket: String { path + "/qmp2.sock" }
    /// Where that one listens until it has: the other one still has the name.
    var successorVNCSocket: String { path + "/vnc2.sock" }
    /// All of its sockets.
    var sockets: [String] { [qmpSocket, successorQMPSocket, pulseSocket, vncSocket, successorVNCSocket] }
    /// PulseAudio's native socket.
    public var pulseSocket: String { path + "/pulse.sock" }
    /// The pipe that PulseAudio writes the guest's sound to.
    public var soundPipe: String { path + "/sound.pipe" }
    /// The X server's cookie, for `XAUTHORITY`.
    public var xauthority: String { path + "/xauthority" }
    /// The node's address, written once its HTTP server listens.
    public var nodeFile: String { path + "/node.json" }
    /// The record of the node's children.
    public var childrenFile: String { path + "/children.json" }
    /// The home folder of the instance's processes, so that they write nothing into the user's.
    public var home: String { path + "/home" }
    /// The guest's own changes to its disk.
    public var overlay: String { path + "/overlay.qcow2" }

    /// The log of one service.
    public func log(_ service: String) -> String { "\(path)/\(service).log" }

    /// Takes the instance for this process; a second node of the same instance is refused.
    ///
    /// - Throws: `RunDirectoryError.inUse` naming the holder's pid.
    public func lock() throws -> FileLock {
        try FileLock(path: path + "/node.lock", of: path)
    }

    /// Refuses a path that `sockaddr_un` cannot hold (107 bytes and the terminator).
    static func checkSocketPath(_ path: String) throws {
        let bytes = path.utf8.count
        guard bytes < 108 else { throw RunDirectoryError.socketPathTooLong(path: path, bytes: bytes) }
    }
}
