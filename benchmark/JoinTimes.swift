/// How long a viewer waited, from sending its offer.
struct JoinTimes: Sendable {
    /// Until the answer was here, in ms.
    let answer: Double
    /// Until the first video packet was here, in ms.
    let firstVideo: Double
}
