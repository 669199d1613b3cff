import Hummingbird
import Synchronization

/// Lets so many downloads go on at a time: a client that does not read holds its connection for as long as it likes.
final class DownloadGate: Sendable {
    /// One download's place; free again with the last reference to it.
    final class Place: Sendable {
        private let gate: DownloadGate
        fileprivate init(_ gate: DownloadGate) { self.gate = gate }
        deinit { gate.taken.subtract(1, ordering: .relaxed) }
    }

    private let limit: Int
    private let taken = Atomic<Int>(0)

    init(limit: Int) { self.limit = limit }

    /// A place.
    ///
    /// - Throws: `APIError` 503 where there is none.
    func enter() throws -> Place {
        guard taken.add(1, ordering: .relaxed).newValue <= limit else {
            taken.subtract(1, ordering: .relaxed)
            throw APIError(
                .serviceUnavailable, "too-many-downloads",
                "\(limit) downloads are going on here already; try again later",
                headers: [.retryAfter: "5"])
        }
        return Place(self)
    }
}

extension Response {
    /// The same, keeping a place until its body is written or dropped.
    func holding(_ place: DownloadGate.Place) -> Response {
        var response = self
        let body = self.body
        response.body = ResponseBody(contentLength: body.contentLength) { writer in
            try await body.write(writer)
            withExtendedLifetime(place) {}
        }
        return response
    }
}
