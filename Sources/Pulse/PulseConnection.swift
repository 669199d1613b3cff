import CPulse
import Synchronization

/// A connection to one PulseAudio server, with one thread of its own (`pa_threaded_mainloop`) on which everything that
/// the server sends is handled.
///
/// Every question has a deadline that the connection's own thread keeps, so that a server that is stopped is told from
/// one that is gone, and blocks nobody.
public final class PulseConnection: @unchecked Sendable {
    // @unchecked Sendable: everything that changes is touched with the main loop's lock held, which its thread holds
    // while it calls back.

    /// The server's address.
    public let server: String
    /// Why the connection ended, once, when it has.
    public let ended: AsyncStream<PulseError>

    let loop: OpaquePointer
    let context: OpaquePointer
    private let end: AsyncStream<PulseError>.Continuation
    private var requests: [Int: PulseRequest] = [:]
    private var lastRequest = 0
    private var opening: PulseRequest?
    private var failure: PulseError?
    private let isClosed = Atomic<Bool>(false)

    private init(server: String, name: String) throws(PulseError) {
        guard let loop = pa_threaded_mainloop_new() else { throw .unavailable("a main loop") }
        guard let context = pa_context_new(pa_threaded_mainloop_get_api(loop), name) else {
            pa_threaded_mainloop_free(loop)
            throw .unavailable("a context")
        }
        self.server = server
        self.loop = loop
        self.context = context
        (ended, end) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Connects.
    ///
    /// - Parameters:
    ///   - server: `unix:/run/loco/pulse.sock` and the like.
    ///   - name: what the server calls this client.
    /// - Throws: `unreachable`, or `noAnswer` where the server takes the connection and says nothing.
    public static func open(
        server: String, name: String, within limit: Duration = .seconds(5)
    ) async throws(PulseError) -> PulseConnection {
        let connection = try PulseConnection(server: server, name: name)
        do {
            try await connection.connect(within: limit)
            return connection
        } catch {
            connection.close()
            throw error
        }
    }

    /// Ends the connection and its thread. Nothing is called back after it. Not to be called by a callback.
    public func close() {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        locked {
            pa_context_set_state_callback(context, nil, nil)
            fail(with: .disconnected(server: server, reason: "closed by this side"))
            pa_context_disconnect(context)
        }
        pa_threaded_mainloop_stop(loop)
        end.finish()
    }

    deinit {
        close()
        pa_context_unref(context)
        pa_threaded_mainloop_free(loop)
    }

    /// Asks the server what it has: its sinks, sources and streams, in one go.
    ///
    /// - Parameter limit: for all three answers.
    /// - Throws: `noAnswer`, `disconnected`.
    public func inventory(within limit: Duration = .seconds(1)) async throws(PulseError) -> SoundInventory {
        let result = await request("what it has", within: limit) { request in
            let operations = [
                pa_context_get_sink_info_list(context, sinkFound, request.pointer),
                pa_context_get_source_info_list(context, sourceFound, request.pointer),
                pa_context_get_sink_input_info_list(context, streamFound, request.pointer),
            ]
            // One that was not refused would answer a request that is no more.
            guard operations.allSatisfy({ $0 != nil }) else {
                for operation in operations.compactMap(\.self) {
                    pa_operation_cancel(operation)
                    pa_operation_unref(operation)
                }
                return .failure(.disconnected(server: server, reason: lastError))
            }
            return .success(operations.compactMap(\.self))
        }
        return try result.get()
    }

    // MARK: For the module

    /// Runs with the main loop's lock; on the loop's own thread as it is, which has it.
    func locked<R>(_ body: () -> R) -> R {
        if pa_threaded_mainloop_in_thread(loop) != 0 { return body() }
        pa_threaded_mainloop_lock(loop)
        defer { pa_threaded_mainloop_unlock(loop) }
        return body()
    }

    /// libpulse's word for what went wrong last.
    var lastError: String { String(cString: pa_strerror(pa_context_errno(context))) }

    func free(_ timer: OpaquePointer) { pa_threaded_mainloop_get_api(loop).pointee.time_free(timer) }

    func forget(_ request: PulseRequest) { requests[request.id] = nil }

    fileprivate func stateChanged() {
        switch pa_context_get_state(context) {
        case PA_CONTEXT_READY:
            opening?.done(.success(()))
            opening = nil
        case PA_CONTEXT_FAILED, PA_CONTEXT_TERMINATED:
            let reason = lastError
            let error: PulseError =
                opening == nil
                ? .disconnected(server: server, reason: reason) : .unreachable(server: server, reason: reason)
            fail(with: error)
            end.yield(error)
            end.finish()
        default: break
        }
    }

    private func fail(with error: PulseError) {
        if failure == nil { failure = error }
        for request in Array(requests.values) { request.done(.failure(error)) }
        opening = nil
    }

    private func connect(within limit: Duration) async throws(PulseError) {
        pa_context_set_state_callback(context, contextStateChanged, Unmanaged.passUnretained(self).toOpaque())
        guard pa_threaded_mainloop_start(loop) == 0 else { throw .unavailable("a thread") }
        let result = await request("its greeting", within: limit) { request in
            opening = request
            // No other server than the one asked for is used or started.
            guard pa_context_connect(context, server, PA_CONTEXT_NOAUTOSPAWN, nil) >= 0 else {
                return .failure(.unreachable(server: server, reason: lastError))
            }
            return .success([])
        }
        _ = try result.get()
    }

    private func request(
        _ question: String, within limit: Duration, start: (PulseRequest) -> Result<[OpaquePointer], PulseError>
    ) async -> PulseRequest.Outcome {
        await withCheckedContinuation { answer in
            locked {
                if let failure { return answer.resume(returning: .failure(failure)) }
                lastRequest += 1
                let request = PulseRequest(id: lastRequest, connection: self, answer: answer)
                requests[request.id] = request
                switch start(request) {
                case .failure(let error): request.done(.failure(error))
                case .success(let operations):
                    let error = PulseError.noAnswer(server: server, to: question, after: limit)
                    request.begin(operations, timer: timer(request, error, after: limit))
                }
            }
        }
    }

    /// Fails the request with that error when the time is over.
    private func timer(_ request: PulseRequest, _ error: PulseError, after limit: Duration) -> OpaquePointer? {
        let microseconds = pa_usec_t(max(0, limit / .microseconds(1)))
        let patience = Unmanaged.passRetained(Patience(request: request, error: error))
        guard
            let timer = pa_context_rttime_new(
                context, pa_rtclock_now() + microseconds, patienceEnded, patience.toOpaque())
        else {
            patience.release()
            return nil
        }
        pa_threaded_mainloop_get_api(loop).pointee.time_set_destroy(timer, patienceFreed)
        return timer
    }
}

/// What a timer has to know; it may outlive the request by a moment.
private final class Patience {
    weak var request: PulseRequest?
    let error: PulseError

    init(request: PulseRequest, error: PulseError) {
        self.request = request
        self.error = error
    }
}

private func contextStateChanged(context: OpaquePointer?, data: UnsafeMutableRawPointer?) {
    guard let data else { return }
    Unmanaged<PulseConnection>.fromOpaque(data).takeUnretainedValue().stateChanged()
}

private func patienceEnded(
    api: UnsafeMutablePointer<pa_mainloop_api>?, event: OpaquePointer?, time: UnsafePointer<timeval>?,
    data: UnsafeMutableRawPointer?
) {
    guard let data else { return }
    let patience = Unmanaged<Patience>.fromOpaque(data).takeUnretainedValue()
    patience.request?.done(.failure(patience.error))
}

private func patienceFreed(
    api: UnsafeMutablePointer<pa_mainloop_api>?, event: OpaquePointer?, data: UnsafeMutableRawPointer?
) {
    if let data { Unmanaged<Patience>.fromOpaque(data).release() }
}

private func sinkFound(
    context: OpaquePointer?, info: UnsafePointer<pa_sink_info>?, end: Int32, data: UnsafeMutableRawPointer?
) {
    PulseRequest.step(data, end: end) { found in
        if let name = info?.pointee.name { found.sinks.append(String(cString: name)) }
    }
}

private func sourceFound(
    context: OpaquePointer?, info: UnsafePointer<pa_source_info>?, end: Int32, data: UnsafeMutableRawPointer?
) {
    PulseRequest.step(data, end: end) { found in
        if let name = info?.pointee.name { found.sources.append(String(cString: name)) }
    }
}

private func streamFound(
    context: OpaquePointer?, info: UnsafePointer<pa_sink_input_info>?, end: Int32, data: UnsafeMutableRawPointer?
) {
    PulseRequest.step(data, end: end) { found in
        guard let info = info?.pointee, let name = info.name else { return }
        let pid = pa_proplist_gets(info.proplist, PA_PROP_APPLICATION_PROCESS_ID).flatMap {
            Int32(String(cString: $0))
        }
        found.streams.append(.init(name: String(cString: name), pid: pid, isCorked: info.corked != 0))
    }
}
