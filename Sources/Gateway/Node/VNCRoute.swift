import Fleet
import Logging

/// A node's `/vnc`: RFB to the guest's QEMU.
struct VNCRoute: Sendable {
    private let guest: GuestVNC
    private let bridges: VNCBridges

    init(stage: Stage, logger: Logger) {
        guest = stage.vnc
        bridges = VNCBridges(desk: stage.desk, logger: logger)
    }

    var route: WebSocketRoute {
        WebSocketRoute(path: "/vnc", limits: .bytes, subprotocols: ["binary"]) { socket, request in
            await bridges.serve(socket, request, address: guest.address.map(VNCAddress.init))
        }
    }
}
