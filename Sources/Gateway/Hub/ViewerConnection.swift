import Foundation
import Signaling

/// How viewers are to connect: the body of `GET /api/config/webrtc`, an `RTCConfiguration` and what is known about it.
struct ViewerConnection: Encodable, Equatable {
    /// An `RTCIceServer`.
    struct Server: Encodable, Equatable {
        let urls: [String]
        var username: String?
        var credential: String?
    }

    let iceServers: [Server]
    let iceTransportPolicy = "all"
    /// Seconds until the credentials expire; absent where there are none.
    let ttl: Int?

    /// - Parameter time: now, from which fresh credentials expire.
    init(_ ice: LocoConfiguration.ICE, at time: Date) {
        let plain = ice.servers.filter { !$0.isRelay }.map(\.description)
        let relays = ice.servers.filter(\.isRelay).map(\.description)
        var servers = plain.isEmpty ? [] : [Server(urls: plain)]
        var ttl: Int?
        if !relays.isEmpty, let turn = ice.turn {
            let credentials = turn.credentials(for: "viewer", at: time)
            servers.append(Server(urls: relays, username: credentials.username, credential: credentials.password))
            ttl = turn.lifetime
        }
        iceServers = servers
        self.ttl = ttl
    }
}
