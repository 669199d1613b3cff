/// Makes the steps of a run: the same seed, scenario and options give the same ones, on any machine.
struct StressPlan: Sendable {
    let scenario: StressScenario
    let options: PlanOptions
    /// How many guests the run has.
    let guests: Int
    let steps: [StressStep]

    init(seed: UInt64, scenario: StressScenario, options: PlanOptions = PlanOptions()) {
        var draft = PlanDraft(seed: seed, purpose: scenario.rawValue, options: options)
        switch scenario {
        case .rapid: draft.rapid()
        case .concurrent: draft.concurrent()
        case .restarts: draft.restarts()
        case .tabs: draft.tabs()
        case .soak: draft.soak()
        case .random: draft.random()
        }
        self.scenario = scenario
        self.options = options
        guests = draft.guests
        steps = draft.steps
    }
}
