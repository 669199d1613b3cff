import Signaling

/// Why a bridge to an RFB server ended; the log line and the close frame are made from it.
enum VNCBridgeEnd: Sendable, Equatable, CustomStringConvertible {
    /// Its viewer closed it, or vanished.
    case viewerLeft
    /// The server ended the connection: QEMU ended, or handed its guest over.
    case serverClosed
    /// Nobody listens there.
    case unreachable(String)
    /// There is nothing to connect to.
    case noServer
    /// As many bridges as there may be are there already.
    case tooMany(Int)
    /// The viewer broke the protocol.
    case refused(RFBProblem)
    /// The server takes no more.
    case stuck

    /// The code of the close frame.
    var code: UInt16 {
        switch self {
        case .viewerLeft: 1000
        case .serverClosed, .unreachable, .noServer, .stuck: 1011
        case .tooMany: 1013
        case .refused: 1008
        }
    }

    var description: String {
        switch self {
        case .viewerLeft: "the viewer left"
        case .serverClosed: "the guest's VNC server closed the connection"
        case .unreachable(let reason): "the guest's VNC server cannot be reached: \(reason)"
        case .noServer: "this guest has no VNC server that can be bridged: see guest.arguments"
        case .tooMany(let limit): "this guest has its \(limit) VNC viewers already; one has to leave first"
        case .refused(let problem): problem.description
        case .stuck: "the guest's VNC server takes no more"
        }
    }
}
