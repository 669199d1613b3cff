/// Callers who wait for a process to end, each with a deadline. Owned by one actor.
struct ExitWaiters {
    private var waiting: [Int: CheckedContinuation<ProcessExit?, Never>] = [:]
    private var next = 0

    mutating func add(_ continuation: CheckedContinuation<ProcessExit?, Never>) -> Int {
        next += 1
        waiting[next] = continuation
        return next
    }

    mutating func resumeAll(with exit: ProcessExit) {
        for continuation in waiting.values { continuation.resume(returning: exit) }
        waiting.removeAll()
    }

    mutating func expire(_ id: Int) {
        waiting.removeValue(forKey: id)?.resume(returning: nil)
    }
}
