import Foundation

/// One line of a watch.
public enum KubernetesEvent<Object: KubernetesObject>: Sendable, Equatable {
    /// An object is there, or has changed.
    case changed(Object)
    /// An object is gone, or no longer matches the selector; as it was last.
    case deleted(Object)
    /// Nothing happened up to this version.
    case bookmark(resourceVersion: String)
    /// The watch is over.
    case failed(KubernetesStatus)
    /// Something that only a newer program understands.
    case unknown(String)

    private struct Kind: Decodable {
        let type: String
    }

    private struct Line<Value: Decodable>: Decodable {
        let object: Value
    }

    private struct Bookmark: Decodable {
        let metadata: KubernetesMetadata
    }

    /// Reads a line.
    ///
    /// - Throws: `DecodingError` for one that is no event.
    public init(line: Data) throws {
        let type = try KubernetesJSON.decode(Kind.self, from: line).type
        switch type {
        case "ADDED", "MODIFIED":
            self = .changed(try KubernetesJSON.decode(Line<Object>.self, from: line).object)
        case "DELETED": self = .deleted(try KubernetesJSON.decode(Line<Object>.self, from: line).object)
        case "BOOKMARK":
            // Only its version means something: name, labels and containers are empty or null.
            let object = try KubernetesJSON.decode(Line<Bookmark>.self, from: line).object
            self = .bookmark(resourceVersion: object.metadata.resourceVersion)
        case "ERROR": self = .failed(try KubernetesJSON.decode(Line<KubernetesStatus>.self, from: line).object)
        default: self = .unknown(type)
        }
    }

    /// The version up to which a watch is known with this event; nil for one that tells none.
    public var resourceVersion: String? {
        let version: String =
            switch self {
            case .changed(let object), .deleted(let object): object.metadata.resourceVersion
            case .bookmark(let version): version
            case .failed, .unknown: ""
            }
        return version.isEmpty ? nil : version
    }
}
