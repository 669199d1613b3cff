/// One piece of evidence with what it means for the verdict.
struct Finding: Equatable {
    /// What it does to the instance.
    enum Weight {
        /// It works, with something amiss.
        case degrades
        /// It does not do what it is for.
        case breaks
    }

    /// `none` for what somebody wanted, as a pause.
    let failure: FailureClass
    let weight: Weight
    let evidence: Evidence

    init(_ failure: FailureClass, _ weight: Weight, _ evidence: Evidence) {
        self.failure = failure
        self.weight = weight
        self.evidence = evidence
    }
}
