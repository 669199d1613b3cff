import CPulse

/// Questions to the server that wait for their answers. Touched with the main loop's lock held.
final class PulseRequest {
    typealias Outcome = Result<SoundInventory, PulseError>

    let id: Int
    /// What the answers so far told.
    var found = SoundInventory()
    private(set) weak var connection: PulseConnection?
    private var operations: [OpaquePointer] = []
    private var unanswered = 0
    private var timer: OpaquePointer?
    private var answer: CheckedContinuation<Outcome, Never>?

    init(id: Int, connection: PulseConnection, answer: CheckedContinuation<Outcome, Never>) {
        self.id = id
        self.connection = connection
        self.answer = answer
    }

    /// What libpulse's callbacks get; valid until the request is done.
    var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    /// Takes the operations that will answer, and the timer that ends the patience.
    func begin(_ operations: [OpaquePointer], timer: OpaquePointer?) {
        self.operations = operations
        self.timer = timer
        unanswered = operations.count
    }

    /// Answers whoever asked, once; no callback comes after it.
    func done(_ result: Result<Void, PulseError>) {
        guard let answer else { return }
        self.answer = nil
        for operation in operations {
            if pa_operation_get_state(operation) == PA_OPERATION_RUNNING { pa_operation_cancel(operation) }
            pa_operation_unref(operation)
        }
        if let timer { connection?.free(timer) }
        (operations, timer) = ([], nil)
        // The connection held it alive.
        connection?.forget(self)
        answer.resume(returning: result.map { found })
    }

    private func answered() {
        unanswered -= 1
        if unanswered == 0 { done(.success(())) }
    }

    /// One item of a list (`end` is 0), its end (positive) or its failure (negative).
    static func step(_ data: UnsafeMutableRawPointer?, end: Int32, item: (inout SoundInventory) -> Void) {
        guard let data else { return }
        let request = Unmanaged<PulseRequest>.fromOpaque(data).takeUnretainedValue()
        guard end != 0 else { return item(&request.found) }
        guard end < 0, let connection = request.connection else { return request.answered() }
        request.done(.failure(.disconnected(server: connection.server, reason: connection.lastError)))
    }
}
