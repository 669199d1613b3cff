/// How long a viewer waited, from sending its offer, in ms.
struct JoinTimes: Sendable {
    /// Until the answer was here.
    let answer: Double
    /// Until the first video packet was here.
    let firstVideo: Double
    /// Until the first frame was complete that a decoder could show.
    let firstFrame: Double
}
