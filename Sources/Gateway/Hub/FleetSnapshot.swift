import Fleet
import Foundation

/// What is true of the fleet now, as the events that told it: what a new reader of events is told first.
struct FleetSnapshot: Sendable {
    /// Crashes and attempts kept of each instance.
    static let memory = 20

    private struct Part {
        var news: FleetEvent?
        var health: FleetEvent?
        var services: [String: FleetEvent] = [:]
        var viewers: [String: FleetEvent] = [:]
        var crashes: [FleetEvent] = []
        var recoveries: [FleetEvent] = []
        /// The newest recordings, by id. Only those that run are told.
        var recordings: [String: FleetEvent] = [:]
        /// Ids of crashes and recoveries that were told: nodes repeat them to whoever asks anew.
        var told: [String] = []

        /// Recordings that run.
        var running: [FleetEvent] {
            recordings.values.filter {
                if case .recording(let recording) = $0.kind { recording.state == .recording } else { false }
            }.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
        }
    }

    private var parts: [InstanceID: Part] = [:]

    /// Takes an event; false for one that was told before, or that is of an instance that is gone.
    mutating func take(_ event: FleetEvent) -> Bool {
        if case .instance(let news) = event.kind {
            guard news.phase != .gone else { return parts.removeValue(forKey: event.instance) != nil }
            // What was on its way when the instance went must not bring it back.
            guard news.phase == .announcing || parts[event.instance] != nil else { return false }
            parts[event.instance, default: Part()].news = event
            return true
        }
        guard var part = parts[event.instance] else { return false }
        defer { parts[event.instance] = part }
        switch event.kind {
        case .instance: break
        case .health: part.health = event
        case .service(let status): part.services[status.name] = event
        case .viewer(let news): part.viewers[news.id] = news.phase == .left ? nil : event
        case .recording(let recording):
            if case .recording(recording)? = part.recordings[recording.id]?.kind { return false }
            part.recordings[recording.id] = event
            let oldest = part.recordings.min { $0.value.time < $1.value.time }
            if part.recordings.count > Self.memory, let oldest { part.recordings[oldest.key] = nil }
        case .crash:
            guard Self.isNew(event, in: &part) else { return false }
            part.crashes = (part.crashes + [event]).suffix(Self.memory)
        case .recovery(let record):
            guard Self.isNew(event, in: &part) else { return false }
            part.recoveries.removeAll {
                if case .recovery(let other) = $0.kind { other.id == record.id } else { false }
            }
            part.recoveries = (part.recoveries + [event]).suffix(Self.memory)
        }
        return true
    }

    private static func isNew(_ event: FleetEvent, in part: inout Part) -> Bool {
        guard !part.told.contains(event.id) else { return false }
        // A node remembers 50 crashes and 50 attempts of two events each.
        part.told = (part.told + [event.id]).suffix(200)
        return true
    }

    /// Everything, by instance: its news, its health, its processes, what happened, its viewers, its recordings.
    var events: [FleetEvent] {
        parts.keys.sorted().flatMap { id -> [FleetEvent] in
            guard let part = parts[id] else { return [] }
            let happened = (part.crashes + part.recoveries).sorted { $0.time < $1.time }
            let services = part.services.sorted { $0.key < $1.key }.map(\.value)
            let viewers = part.viewers.values.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
            return [part.news, part.health].compactMap(\.self) + services + happened + viewers + part.running
        }
    }

    /// The processes behind an instance that its node told of.
    func services(of instance: InstanceID) -> [ServiceStatus] {
        (parts[instance]?.services ?? [:]).sorted { $0.key < $1.key }.compactMap {
            if case .service(let status) = $0.value.kind { status } else { nil }
        }
    }

    /// An instance's last news.
    func news(of instance: InstanceID) -> InstanceNews? {
        if case .instance(let news)? = parts[instance]?.news?.kind { news } else { nil }
    }

    /// Recordings that were last told to run.
    func recordings(of instance: InstanceID) -> [Recording] {
        (parts[instance]?.running ?? []).compactMap {
            if case .recording(let recording) = $0.kind { recording } else { nil }
        }
    }

    /// The sessions that were last told of an instance.
    func viewers(of instance: InstanceID) -> [String] { (parts[instance]?.viewers.keys).map(Array.init) ?? [] }
}
