import Foundation

/// The part of an object's metadata that the fleet needs; the rest of it (`managedFields` is most of an object) is
/// skipped while it is read.
public struct KubernetesMetadata: Decodable, Sendable, Hashable {
    /// An owner of an object.
    public struct Owner: Decodable, Sendable, Hashable {
        /// What it is: `StatefulSet`.
        public var kind: String
        /// Its name.
        public var name: String
        /// Whether it makes the object again when that is deleted.
        public var controller: Bool?
    }

    /// Its name; empty in a bookmark.
    public var name: String
    /// Its namespace; empty in a bookmark and for objects that have none.
    public var namespace: String
    /// Who it is: an object of the same name that was made anew has another.
    public var uid: String
    /// Its version.
    public var resourceVersion: String
    /// When it was made.
    public var creationTimestamp: Date?
    /// From when it is to be gone; nil while nobody deletes it.
    public var deletionTimestamp: Date?
    /// Its labels.
    public var labels: [String: String]
    /// Its owners.
    public var owners: [Owner]

    private enum CodingKeys: String, CodingKey {
        case name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp, labels
        case owners = "ownerReferences"
    }

    /// Reads it; whatever is missing is empty.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        name = try fields.decodeIfPresent(String.self, forKey: .name) ?? ""
        namespace = try fields.decodeIfPresent(String.self, forKey: .namespace) ?? ""
        uid = try fields.decodeIfPresent(String.self, forKey: .uid) ?? ""
        resourceVersion = try fields.decodeIfPresent(String.self, forKey: .resourceVersion) ?? ""
        creationTimestamp = try fields.decodeIfPresent(Date.self, forKey: .creationTimestamp)
        deletionTimestamp = try fields.decodeIfPresent(Date.self, forKey: .deletionTimestamp)
        labels = try fields.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
        owners = try fields.decodeIfPresent([Owner].self, forKey: .owners) ?? []
    }
}
