/// The moment at which a run failed.
struct StressFailure: Sendable {
    /// The step that was being done, or had been done last; the number of all steps for the end.
    let step: Int
    let operation: String
    /// Seconds since the run's first step.
    let seconds: Double
    let verdicts: [Verdict]
    /// Hub and nodes before that step and after it.
    let before: [String: String]
    let after: [String: String]
    /// Graphs of the clients' pipelines, by file name.
    let graphs: [String: String]
}
