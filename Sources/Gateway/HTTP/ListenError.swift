import Foundation
import NIOCore

/// Why a service could not listen; it names the address and the setting that changes it.
enum ListenError: Error, Equatable, CustomStringConvertible {
    /// Somebody else has the port.
    case portInUse(host: String, port: Int, setting: String)
    /// The system refused the address.
    case refused(host: String, port: Int, setting: String, reason: String)

    var description: String {
        switch self {
        case .portInUse(let host, let port, let setting):
            "port \(port) on \(host) is in use: stop what listens there, or choose another with \(setting) (0 = any free)"
        case .refused(let host, let port, let setting, let reason):
            "cannot listen on \(host) port \(port): \(reason); change \(setting)"
        }
    }

    init?(_ error: any Error, host: String, port: Int, setting: String) {
        guard let error = error as? IOError else { return nil }
        self =
            error.errnoCode == EADDRINUSE
            ? .portInUse(host: host, port: port, setting: setting)
            : .refused(host: host, port: port, setting: setting, reason: String(cString: strerror(error.errnoCode)))
    }
}
