/// What is to be measured, in an order that needs few screens: those of one stage share theirs.
struct CodecPlan: Sendable {
    /// One combination.
    struct Step: Sendable, Equatable {
        let encoder: CodecEncoder
        let subject: CodecRow.Subject
    }

    /// Combinations that are measured on the same screens.
    struct Stage: Sendable, Equatable {
        let replicas: Int
        let width: Int
        let height: Int
        let rate: Int
        var steps: [Step]
    }

    /// Something that is not measured, and why.
    struct Skip: Sendable, Equatable {
        let what: String
        let reason: String
    }

    private(set) var stages: [Stage] = []
    private(set) var skips: [Skip] = []
    /// Rows of earlier runs that stand for combinations of this one.
    private(set) var known: [CodecRow] = []

    /// How many combinations there are to measure.
    var count: Int { stages.map(\.steps.count).reduce(0, +) }

    /// - Parameters:
    ///   - problem: why an encoder cannot be measured here; nil where it can.
    ///   - known: the row that makes measuring a combination needless.
    init(
        _ settings: CodecsSettings, problem: (CodecEncoder) -> String?, known: (CodecRow.Subject) -> CodecRow?
    ) {
        var encoders: [CodecEncoder] = []
        for encoder in settings.encoders {
            if let problem = problem(encoder) {
                skips.append(Skip(what: "\(encoder.codec) by \(encoder.element)", reason: problem))
            } else {
                encoders.append(encoder)
            }
        }
        for replicas in settings.replicas {
            for size in settings.sizes {
                for rate in settings.rates {
                    var stage = Stage(
                        replicas: replicas, width: size.width, height: size.height, rate: rate, steps: [])
                    for encoder in encoders {
                        let subject = CodecRow.Subject(
                            replicas: replicas, codec: encoder.codec, encoder: encoder.element,
                            preset: encoder.preset, width: size.width, height: size.height, targetFPS: rate,
                            source: settings.source.name(width: size.width, height: size.height))
                        if let row = known(subject) {
                            self.known.append(row)
                        } else {
                            stage.steps.append(Step(encoder: encoder, subject: subject))
                        }
                    }
                    if !stage.steps.isEmpty { stages.append(stage) }
                }
            }
        }
    }
}
