import Foundation
import Probe

/// Something that happened to an instance, as `GET /events` tells it (Server-Sent Events of the WHATWG's HTML standard:
/// `event:` is the kind's name, `id:` the id, `data:` this as JSON).
///
/// A node tells of its own guest; the hub repeats what its nodes tell and adds what only it knows. A node that is asked
/// anew tells the current state first, and what of crashes and recoveries it remembers: readers tell repetitions by id.
public struct FleetEvent: Sendable, Codable, Equatable, Identifiable {
    /// What happened.
    public enum Kind: Sendable, Equatable {
        /// The instance was measured: once a second, and at once when the verdict changes.
        case health(HealthReport)
        /// The state of a process behind it changed.
        case service(ServiceStatus)
        /// A process behind it ended without being asked to.
        case crash(CrashRecord)
        /// An attempt to mend it began or ended.
        case recovery(RecoveryRecord)
        /// A viewer came or went.
        case viewer(ViewerNews)
        /// It got further on its way up, or down.
        case instance(InstanceNews)
        /// A recording of it began, ended or failed.
        case recording(Recording)
    }

    /// Unique: the teller's start and a number that grows.
    public var id: String
    /// When it happened.
    public var time: Date
    /// Whom it happened to.
    public var instance: InstanceID
    /// What happened.
    public var kind: Kind

    /// Describes an event.
    public init(id: String, time: Date = Date(), instance: InstanceID, kind: Kind) {
        self.id = id
        self.time = time
        self.instance = instance
        self.kind = kind
    }

    /// The kind's name: "health", "service", "crash", "recovery", "viewer", "instance" or "recording".
    public var name: String {
        switch kind {
        case .health: "health"
        case .service: "service"
        case .crash: "crash"
        case .recovery: "recovery"
        case .viewer: "viewer"
        case .instance: "instance"
        case .recording: "recording"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case id, time, instance, kind, health, service, crash, recovery, viewer, news, recording
    }

    /// Reads what `encode(to:)` wrote.
    ///
    /// - Throws: `DecodingError` for an unknown kind.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        time = try container.decode(Date.self, forKey: .time)
        instance = try container.decode(InstanceID.self, forKey: .instance)
        switch try container.decode(String.self, forKey: .kind) {
        case "health": kind = .health(try container.decode(HealthReport.self, forKey: .health))
        case "service": kind = .service(try container.decode(ServiceStatus.self, forKey: .service))
        case "crash": kind = .crash(try container.decode(CrashRecord.self, forKey: .crash))
        case "recovery": kind = .recovery(try container.decode(RecoveryRecord.self, forKey: .recovery))
        case "viewer": kind = .viewer(try container.decode(ViewerNews.self, forKey: .viewer))
        case "instance": kind = .instance(try container.decode(InstanceNews.self, forKey: .news))
        case "recording": kind = .recording(try container.decode(Recording.self, forKey: .recording))
        case let other:
            throw DecodingError.dataCorruptedError(
                forKey: .kind, in: container, debugDescription: "there is no event of the kind '\(other)'")
        }
    }

    /// Writes `id`, `time`, `instance`, `kind` and one field of the kind's name (`news` for an instance's).
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(time, forKey: .time)
        try container.encode(instance, forKey: .instance)
        try container.encode(name, forKey: .kind)
        switch kind {
        case .health(let report): try container.encode(report, forKey: .health)
        case .service(let status): try container.encode(status, forKey: .service)
        case .crash(let record): try container.encode(record, forKey: .crash)
        case .recovery(let record): try container.encode(record, forKey: .recovery)
        case .viewer(let news): try container.encode(news, forKey: .viewer)
        case .instance(let news): try container.encode(news, forKey: .news)
        case .recording(let recording): try container.encode(recording, forKey: .recording)
        }
    }

    /// The event as JSON on one line, with ISO 8601 times.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    /// Reads what `json()` wrote.
    ///
    /// - Throws: `DecodingError`.
    public static func decode(_ data: Data) throws -> FleetEvent {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(FleetEvent.self, from: data)
    }
}
