/// What a run of `bench codecs` came to.
struct CodecsOutcome: Sendable {
    /// Of all that was asked for and could be measured, those of earlier runs included where the run was resumed.
    var rows: [CodecRow] = []
    /// What was left out: what is not installed, and what there was no time for.
    var skips: [CodecPlan.Skip] = []
    /// What was tried and failed.
    var failures: [CodecPlan.Skip] = []

    /// - Throws: `BenchError.incomplete` where something failed.
    func require() throws {
        if !failures.isEmpty { throw BenchError.incomplete(failures.map { "\($0.what): \($0.reason)" }) }
    }
}
