import Fleet
import Foundation
import Hummingbird
import NIOCore

/// `GET /api/quality/trend/{id}`: an instance's last ten minutes, for charts.
struct TrendRoutes: Sendable {
    /// The answer: a column per measured value, all of the same length, the oldest first; `null` where nothing was
    /// measured.
    struct View: Encodable {
        let instanceId: String
        let intervalMs: Int
        /// When the first sample began; `null` before the first report.
        let from: Date?
        let fps: [Double?]
        let grabbedFps: [Double?]
        let kbps: [Double?]
        let level: [Double?]
        let encodeMs: [Double?]
        let viewers: [Int?]

        init(of id: InstanceID, _ trend: Trend, at now: ContinuousClock.Instant = .now) {
            let (from, samples) = trend.samples(at: now) ?? (nil, [])
            instanceId = id.rawValue
            intervalMs = Int(Trend.interval / .milliseconds(1))
            self.from = from
            fps = samples.map(\.fps)
            grabbedFps = samples.map(\.grabbedFps)
            kbps = samples.map(\.kbps)
            level = samples.map(\.level)
            encodeMs = samples.map(\.encodeMilliseconds)
            viewers = samples.map(\.viewers)
        }

        private enum Key: String, CodingKey {
            case instanceId, intervalMs, from, fps, grabbedFps, kbps, level, encodeMs, viewers
        }

        /// Writes what does not exist as `null`.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(instanceId, forKey: .instanceId)
            try container.encode(intervalMs, forKey: .intervalMs)
            try container.encode(from, forKey: .from)
            try container.encode(fps, forKey: .fps)
            try container.encode(grabbedFps, forKey: .grabbedFps)
            try container.encode(kbps, forKey: .kbps)
            try container.encode(level, forKey: .level)
            try container.encode(encodeMs, forKey: .encodeMs)
            try container.encode(viewers, forKey: .viewers)
        }
    }

    let watch: NodeWatch
    let proxy: NodeProxy

    func add(to routes: HTTPService.Routes) {
        routes.get("/api/quality/trend/{id}") { _, context in
            let id = try await proxy.instance(context).id
            var answer = Response.json(View(of: id, await watch.trend(of: id)))
            answer.headers[.cacheControl] = "no-store"
            return answer
        }
    }
}
