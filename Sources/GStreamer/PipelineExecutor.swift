import Dispatch

/// Runs one pipeline's state changes in order, on Dispatch's pool: they may block, which Swift's cooperative threads
/// must not. (`DispatchSerialQueue` is no executor on Linux.)
final class PipelineExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) { queue = DispatchQueue(label: label) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
