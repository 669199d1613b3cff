/// How long is looked for a shorter sequence.
struct ShrinkSettings: Sendable {
    let runs: Int
    let minutes: Int
}
