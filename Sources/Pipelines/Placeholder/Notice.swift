/// What viewers read while there is no picture of the guest.
public struct Notice: Sendable, Hashable {
    /// What happens, in a few words, such as `The guest is starting again`.
    public let title: String
    /// What is known beyond that, such as `The X server ended; attempt 2 of 3`.
    public let detail: String?

    /// A notice in plain text.
    public init(title: String, detail: String? = nil) {
        self.title = title
        self.detail = detail
    }

    /// What a capture's state means to viewers; nil while there is a picture.
    public init?(_ state: CaptureState) {
        switch state {
        case .delivering: return nil
        case .noWindow: self.init(title: "No picture", detail: "The guest's window is gone; waiting for it")
        case .stalled: self.init(title: "No picture", detail: "The X server does not answer")
        case .ended(let error): self.init(title: "No picture", detail: "\(error)")
        }
    }
}
