/// What came of one run.
struct StressResult: Sendable {
    let trace: StressTrace
    let seconds: Double
    /// Sessions that clients began, and those that showed a picture.
    let begun: Int
    let played: Int
    let failure: StressFailure?
    /// The folder of the failure.
    var folder: String?

    var verdicts: [Verdict] { failure?.verdicts ?? [] }

    /// For people and for JUnit.
    var name: String { "\(trace.head.scenario.rawValue), seed \(trace.head.seed)" }
}
