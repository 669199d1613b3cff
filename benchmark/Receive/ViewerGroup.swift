/// Viewers that leave together, whatever happens.
enum ViewerGroup {
    /// Lends the viewers and makes them leave afterwards, also when the work fails or is cancelled.
    ///
    /// - Throws: what `body` throws, else the first thing a hub said against leaving.
    static func with<R>(
        _ viewers: [Viewer], _ body: ([Viewer]) async throws -> R
    ) async throws -> R {
        let outcome: Result<R, any Error>
        do { outcome = .success(try await body(viewers)) } catch { outcome = .failure(error) }
        // In a task of its own: it must not be cut short when the measurement is.
        let problems = await Task {
            var problems: [any Error] = []
            for viewer in viewers {
                do { try await viewer.leave() } catch { problems.append(error) }
            }
            return problems
        }.value
        let result = try outcome.get()
        if let problem = problems.first { throw problem }
        return result
    }
}
