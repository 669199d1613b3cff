/// An entry of `GET /api/instances`, as far as it matters here.
struct InstanceState: Decodable, Sendable {
    let id: String
    let ready: Bool
    let status: String
}
