import AsyncHTTPClient
import Fleet
import Foundation
import Logging
import NIOCore

/// Lists one kind of objects and watches it from there on, for as long as it is wanted. A watch that ends is resumed from
/// the version it came to; only where that is no more, all is listed again.
actor KubernetesReflector<Object: KubernetesObject> {
    /// Times and sizes.
    struct Limits: Sendable {
        /// Objects of a page.
        var page = 250
        /// Objects that are read at all.
        var objects = 5001
        /// How long the server keeps a watch open; spread by half of it. Bounds how long a silent one is believed.
        var watch = Duration.seconds(20)
        /// How long after that it is given up.
        var slack = Duration.seconds(5)
        /// Bytes of a line.
        var line = 4 << 20
        /// Waits after failures.
        var backoff = KubernetesBackoff(longest: .seconds(5))
        /// A watch that ends sooner did not work.
        var working = Duration.seconds(1)
    }

    /// What it tells.
    enum News: Sendable {
        /// All objects there are.
        case listed([Object])
        /// What a watch says, in its order.
        case events([KubernetesEvent<Object>])
        /// The watch is open: what is known is what is.
        case watching
        /// The API does not answer, or not with that.
        case failed(KubernetesError)
    }

    private let client: KubernetesClient
    private let resource: KubernetesResource<Object>
    private let limits: Limits
    private let tell: @Sendable (News) async -> Void
    private let logger: Logger
    /// Up to where the objects are known; nil before the first list, and where a new one is needed.
    private var version: String?
    private var backoff: KubernetesBackoff
    private var pass: Task<Void, Never>?
    private var waiters: [CheckedContinuation<Void, any Error>] = []
    private var isRunning = false
    /// Failures in a row to watch from the version known.
    private var refusals = 0

    init(
        _ client: KubernetesClient, _ resource: KubernetesResource<Object>, limits: Limits = Limits(), logger: Logger,
        tell: @escaping @Sendable (News) async -> Void
    ) {
        self.client = client
        self.resource = resource
        self.limits = limits
        self.logger = logger
        self.tell = tell
        backoff = limits.backoff
    }

    /// Lists and watches until cancelled.
    func run() async {
        isRunning = true
        while !Task.isCancelled {
            // Its own task, so that whoever wants a new list can end it.
            let pass = Task { await self.once() }
            self.pass = pass
            await withTaskCancellationHandler {
                await pass.value
            } onCancel: {
                pass.cancel()
            }
        }
        isRunning = false
        answer(.failure(CancellationError()))
    }

    /// Lists all again, and returns when that is done.
    /// - Throws: ``KubernetesError``, or `CancellationError` when it ends first.
    func refresh() async throws {
        guard isRunning else { throw CancellationError() }
        version = nil
        pass?.cancel()
        try await withCheckedThrowingContinuation { waiters.append($0) }
    }

    private func answer(_ result: Result<Void, any Error>) {
        let all = waiters
        waiters = []
        for waiter in all { waiter.resume(with: result) }
    }

    /// A list where one is needed, then one watch; after a failure, the wait.
    private func once() async {
        do {
            let from: String
            if let version {
                from = version
            } else {
                let (objects, listed) = try await list()
                await tell(.listed(objects))
                // Somebody may want a newer one by now.
                try Task.checkCancellation()
                version = listed
                from = listed
                answer(.success(()))
            }
            let begun = ContinuousClock.now
            try await watch(from)
            refusals = 0
            if ContinuousClock.now - begun >= limits.working {
                backoff.reset()
            } else {
                try await Task.sleep(for: backoff.next())
            }
        } catch {
            await take(error)
        }
    }

    private func take(_ error: any Error) async {
        guard !Task.isCancelled, let error = error as? KubernetesError else { return }
        if error.isExpired {
            logger.info("what is known is out of date: listing again", metadata: ["resource": "\(resource.name)"])
            version = nil
        } else {
            await tell(.failed(error))
            if version == nil { answer(.failure(error)) }
            refusals += 1
            // A version that the server does not know yet, or never will: as after a backup was put back.
            if case .failed(504, _, _) = error, refusals >= 2 { version = nil }
        }
        try? await Task.sleep(for: backoff.next(asked: error.retryAfter))
    }

    private func query(_ more: [(String, String)]) -> [(String, String)] {
        (resource.selector.isEmpty ? [] : [("labelSelector", resource.selector)]) + more
    }

    private func list() async throws -> ([Object], version: String) {
        var (objects, next, restarts): ([Object], String?, Int) = ([], nil, 0)
        while true {
            do {
                let more = [("limit", "\(limits.page)")] + (next.map { [("continue", $0)] } ?? [])
                let body = try await client.send(
                    .GET, resource.path, query: query(more), permission: "list \(resource.name)")
                let page: KubernetesList<Object>
                do {
                    page = try KubernetesJSON.decode(KubernetesList<Object>.self, from: body)
                } catch {
                    throw Self.unreadable(error, "the list of \(resource.name)")
                }
                objects += page.items ?? []
                guard let token = page.next, objects.count < limits.objects else {
                    return (objects, page.metadata.resourceVersion ?? "")
                }
                // A server that gives one token again and again would never come to an end.
                guard token != next else { throw KubernetesError.unreadable("the list's pages repeat") }
                next = token
            } catch let error as KubernetesError where error.isExpired && next != nil && restarts < 3 {
                // Its replacement token would give a list that never was: begin anew.
                (objects, next, restarts) = ([], nil, restarts + 1)
            }
        }
    }

    /// Watches once; returns when the watch is over in whatever way, and throws where it does not begin or says so.
    private func watch(_ from: String) async throws {
        let seconds = limits.watch / .seconds(1) * Double.random(in: 1...1.5)
        let body = try await client.watch(
            resource.path,
            query: query([
                ("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", from),
                ("timeoutSeconds", "\(max(1, Int(seconds)))"),
            ]), permission: "watch \(resource.name)")
        await tell(.watching)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.read(body) }
            group.addTask { [limits] in
                // The server ends it sooner, unless it or the way to it is dead.
                try? await Task.sleep(for: .seconds(max(1, seconds)) + limits.slack)
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func read(_ body: HTTPClientResponse.Body) async throws {
        var splitter = LineSplitter(limit: limits.line)
        var chunks = body.makeAsyncIterator()
        while true {
            let chunk: ByteBuffer?
            // Cut off under way: resuming tells whether the server is there.
            do { chunk = try await chunks.next() } catch { return }
            guard let chunk else { return }
            var events: [KubernetesEvent<Object>] = []
            do {
                for line in try splitter.append(chunk.readableBytesView) {
                    let event = try KubernetesEvent<Object>(line: line)
                    events.append(event)
                    if case .failed = event { break }
                }
            } catch {
                version = nil
                throw Self.unreadable(error, "the watch of \(resource.name)")
            }
            try Task.checkCancellation()
            await tell(.events(events))
            // After a refresh was asked for, what this watch came to does not count.
            try Task.checkCancellation()
            if let last = events.lazy.reversed().compactMap(\.resourceVersion).first { version = last }
            if case .failed(let status)? = events.last {
                throw KubernetesError(
                    code: status.code ?? 500, body: Self.body(status), permission: "watch \(resource.name)",
                    tokenFile: client.cluster.tokenFile ?? "nobody", retryAfter: status.details?.retryAfterSeconds)
            }
        }
    }

    /// A status within a stream, as it would be in an answer.
    private static func body(_ status: KubernetesStatus) -> Data {
        let fields: JSONValue = .object([
            "message": status.message.map(JSONValue.string) ?? .null, "reason": .string(status.reason ?? "Unknown"),
        ])
        return Data(JSON.encode(fields).readableBytesView)
    }

    private static func unreadable(_ error: any Error, _ what: String) -> KubernetesError {
        if let error = error as? DecodingError { return .unreadable("\(what): \(JSON.describe(error))") }
        return .unreadable("\(what): \(error)")
    }
}
