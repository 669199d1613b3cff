/// How long a combination is measured.
struct CodecWindows: Sendable {
    /// From the first decoded frame on: the rate control finds its level.
    let settle: Duration
    /// What is counted and timed.
    let cost: Duration
    /// When frames are compared, after that: raw ones are sent along then, which costs.
    let quality: Duration
}
