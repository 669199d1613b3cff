/// The version of this build.
enum BuildVersion {
    /// As in the changelog.
    static let number = "0.1.0"

    /// The body of `GET /version`.
    struct View: Encodable {
        let name = "loco"
        let version = BuildVersion.number
        let role: String
    }
}
