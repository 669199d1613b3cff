import AsyncHTTPClient
import Fleet
import Foundation
import NIOCore
import NIOPosix

/// Tells from the way a connection fails what it is that fails: a host that refuses is alive and its node is not, one
/// from which nothing comes is cut off.
enum NodeReachability {
    /// What an error of a request says.
    static func failure(_ error: any Error) -> NodeClient.Failure {
        if let error = error as? HTTPClientError,
            [.deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout].contains(error)
        {
            return .init(reason: .timeout, message: "no answer in time")
        }
        if let error = error as? NIOConnectionError {
            // Refused by one of a name's addresses: the host is there.
            let causes = error.connectionErrors.map { failure($0.error) }
            let unresolved = NodeClient.Failure(reason: .timeout, message: "its host \(error.host) is not known")
            return causes.first { $0.reason == .refused } ?? causes.first ?? unresolved
        }
        if let error = error as? IOError {
            let unreachable = [EHOSTUNREACH, ENETUNREACH, ETIMEDOUT, EHOSTDOWN, ENETDOWN].contains(error.errnoCode)
            return .init(
                reason: unreachable ? .timeout : .refused, message: String(cString: strerror(error.errnoCode)))
        }
        if case .connectTimeout? = error as? ChannelError {
            return .init(reason: .timeout, message: "no answer in time")
        }
        return .init(reason: .refused, message: "\(error)")
    }

    /// Whether a node's host takes connections for it; why not, otherwise. Nothing is said on the connection.
    static func knock(_ address: NodeAddress?) async -> NodeClient.Failure? {
        guard let url = address.flatMap({ URL(string: $0.base) }), let host = url.host() else {
            return .init(reason: .refused, message: "its node does not listen yet")
        }
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(TimeAmount(NodeClient.connectDeadline))
                .connect(host: host, port: url.port ?? (url.scheme == "https" ? 443 : 80)).get()
            channel.close(promise: nil)
            return nil
        } catch {
            return failure(error)
        }
    }

    /// Why a node that was listened to is silent: whether its host still takes connections for it.
    static func reason(of silence: Duration, _ address: NodeAddress?) async -> NodeClient.Failure {
        let seconds = silence / .seconds(1)
        return await knock(address) ?? .init(reason: .silent, message: "nothing from it for \(seconds) s")
    }
}
