import ArgumentParser

/// The bounds of the gate, as options that `bench compare` and `bench codecs` share.
struct BaselineOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: "Per cent by which the frame rate may change: -100 to 0.")
    var fpsBound = BaselineBounds().fps

    @Option(help: "Milliseconds by which the 95th percentile of capture to decoded frame may grow.")
    var latencyBound = BaselineBounds().latency

    @Option(help: "Per cent by which the CPU per guest may grow.")
    var cpuBound = BaselineBounds().cpu

    @Flag(help: "Let rows and figures of the baseline be absent from the new results.")
    var allowMissing = false

    func validate() throws {
        // Written as what is allowed: "nan" is a number to the parser, and would let everything pass.
        guard (-100...0).contains(fpsBound) else {
            throw ValidationError("--fps-bound: \(fpsBound) is not allowed: -100 to 0")
        }
        for (name, bound) in [("--latency-bound", latencyBound), ("--cpu-bound", cpuBound)] {
            guard (0...1_000_000).contains(bound) else {
                throw ValidationError("\(name): \(bound) is not allowed: 0 to 1000000")
            }
        }
    }

    var bounds: BaselineBounds {
        BaselineBounds(fps: fpsBound, latency: latencyBound, cpu: cpuBound, allowsMissing: allowMissing)
    }
}
