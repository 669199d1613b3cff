import Foundation
import Testing

@testable import bench

@Suite("What is read of hub, nodes and errors", .timeLimit(.minutes(1))) struct StressReadingTests {
    @Test("a node's metrics: sessions, encoders, objects; sound is no encoder of pictures")
    func node() {
        let text = """
            loco_viewers{instance="instance-0"} 2
            loco_sessions_opened_total{instance="instance-0"} 9
            loco_sessions_total{instance="instance-0",end="requested"} 5
            loco_sessions_total{instance="instance-0",end="silent"} 2
            loco_frames_total{instance="instance-0",kind="grabbed"} 900
            loco_frames_total{instance="instance-0",kind="changed"} 700
            loco_encoder_viewers{instance="instance-0",rendition="full",codec="h264"} 2
            loco_encoder_viewers{instance="instance-0",rendition="sound",codec="opus"} 2
            loco_live_objects{instance="instance-0"} 41

            """
        let node = NodeReading(guest: 0, metrics: text, sessions: [], process: nil)
        #expect(node.viewers == 2 && node.opened == 9 && node.ended == 7 && node.changedFrames == 700)
        #expect(node.liveObjects == 41 && node.encoders.count == 2 && node.encoders.count(where: \.isVideo) == 1)
    }

    @Test("the hub's metrics: viewers of each guest, sockets")
    func hub() {
        let hub = HubReading(
            metrics: """
                loco_signal_clients 3
                loco_signal_upstreams 2
                loco_instance_viewers{instance="instance-0"} 1
                loco_instance_viewers{instance="instance-12"} 4

                """, process: nil)
        #expect(hub.signalClients == 3 && hub.signalUpstreams == 2 && hub.viewers == [0: 1, 12: 4])
    }

    @Test("an error is clear when Loco says in its own word what is wrong, or nobody is there")
    func errors() {
        func refused(_ status: Int, _ body: String) -> ClientError {
            ClientError(BenchError.refused(request: "POST /x", status: status, body: body))
        }
        let clear = refused(502, #"{"error":{"code":"node-unavailable","message":"the node does not answer"}}"#)
        #expect(clear.isClear && clear.code == "node-unavailable" && clear.status == 502)
        #expect(!refused(502, "<html>Bad gateway</html>").isClear)
        #expect(!refused(500, #"{"error":{"code":"negotiation-failed","message":"x"}}"#).isClear)
        #expect(ClientError(URLError(.cannotConnectToHost)).kind == .unreachable)
        #expect(!ClientError(URLError(.timedOut)).isClear)
    }

    @Test("after a kill only what is unclear is wrong; where nothing was done, every failure is")
    func judged() {
        let clear = ClientError(.refused, "away", code: "node-unavailable", status: 502)
        let silent = ClientError(.silent, "no answer")
        func kind(_ error: ClientError, _ isDisturbed: Bool) -> Verdict.Kind? {
            ClientErrorRule.judge(error, client: "client 0", wish: nil, isDisturbed: isDisturbed)?.kind
        }
        #expect(kind(clear, true) == nil && kind(silent, true) == .unclearError)
        #expect(kind(clear, false) == .failedSession && kind(silent, false) == .failedSession)
    }
}
