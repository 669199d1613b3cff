import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Pipelines
import Probe
import Signaling

/// A node's HTTP surface: WHEP, signaling, input, health, services and the snapshot.
struct NodeRoutes: Sendable {
    let stage: Stage
    let watch: HealthWatch
    let services: NodeServices
    let focus: FocusRoutes

    /// The signaling WebSocket.
    var signal: WebSocketRoute {
        WebSocketRoute(path: "/signal") { [stage] socket, info in
            await NodeSignal(
                stage: stage, socket: socket, access: info.scope.forViewers,
                request: CorrelationID.given(in: info.headers)
            ).serve()
        }
    }

    func add(to router: HTTPService.Routes) {
        router.get("/version") { _, _ in Response.json(["version": BuildVersion.number]) }
        router.get("/metrics") { [stage, watch] _, _ in
            let health = HealthFigures(
                report: await watch.report(), services: await watch.currentServices(), tally: await watch.tally)
            return Response(
                status: .ok, headers: [.contentType: PrometheusText.contentType, .cacheControl: "no-store"],
                body: .init(byteBuffer: ByteBuffer(string: await stage.metrics(health).text)))
        }
        router.get("/snapshot.jpg") { [stage] _, _ -> Response in
            do {
                return Response(
                    status: .ok, headers: [.contentType: "image/jpeg", .cacheControl: "no-store"],
                    body: .init(byteBuffer: ByteBuffer(bytes: try await stage.snapshot())))
            } catch let error as CaptureError {
                throw APIError(.serviceUnavailable, "no-picture", "\(error)")
            }
        }
        router.get("/viewers") { [stage] _, _ in Response.json(await stage.viewers.summaries()) }
        addInput(to: router)
        NodeHealthRoutes(watch: watch, services: services).add(to: router)
        focus.add(to: router)
        WHEPRoutes(stage: stage).add(to: router)
        RecordingNodeRoutes(recordings: stage.recordings).add(to: router)
    }

    private func addInput(to router: HTTPService.Routes) {
        router.post("/input") { [stage] request, _ -> Response in
            let body = try await request.body(contentType: "application/json", limit: ChannelMessage.sizeLimit)
            do {
                switch try ChannelMessage(json: Data(body.readableBytesView)) {
                case .input(let events, _): try await stage.desk.playUnattended(events)
                case .releaseAll: try await stage.desk.releaseUnattended()
                case .control, .ping, .rendition, .report:
                    throw APIError.badRequest("control, ping, rendition and report belong to a session's data channel")
                }
            } catch let error as ChannelMessageError {
                throw APIError(.badRequest, error.code, error.description)
            } catch let error as InputError {
                switch error {
                case .unknownKey: throw APIError(.badRequest, error.code, error.description)
                case .guestUnavailable: throw APIError(.serviceUnavailable, error.code, error.description)
                }
            } catch let error as ControlError {
                throw APIError(.conflict, error.code, error.description)
            }
            return Response(status: .noContent)
        }
    }
}
