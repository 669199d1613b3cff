import Fleet
import HTTPTypes

/// Changes the active set for whoever may ask: only instances that there are, or that were active before.
struct ActiveSelection: Sendable {
    let set: ActiveSet
    let registry: InstanceRegistry
    let pauseUnfocused: Bool

    /// What is so now.
    func state() async -> ActiveState {
        let known = Set(await registry.all().map(\.id))
        let active = await set.ids
        return ActiveState(
            active: active, missing: active.filter { !known.contains($0) }, pauseUnfocused: pauseUnfocused)
    }

    /// Makes these the active ones.
    /// - Returns: false when they are already.
    /// - Throws: ``APIError`` 404 for an unknown one, 400 for too many.
    @discardableResult
    func select(_ names: [String]) async throws(APIError) -> Bool {
        // One that was taken away may stay: it comes back to its place.
        let known = Set(await registry.all().map(\.id)).union(await set.ids)
        var ids: [InstanceID] = []
        for name in names {
            guard let id = InstanceID(name), known.contains(id) else {
                throw APIError(
                    .notFound, "unknown-instance",
                    "there is no instance '\(name.prefix(64))'; GET /api/instances lists them")
            }
            ids.append(id)
        }
        do { return try await set.set(ids) } catch {
            throw APIError(.badRequest, "too-many-active", error.description)
        }
    }
}
