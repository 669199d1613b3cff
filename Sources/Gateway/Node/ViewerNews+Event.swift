import Fleet
import Signaling

extension ViewerNews {
    /// What a viewer's session tells, as events tell it.
    init(_ event: ViewerEvent) {
        switch event.phase {
        case .joined: self.init(id: event.id, phase: .joined)
        case .connected: self.init(id: event.id, phase: .connected)
        case .left(let reason): self.init(id: event.id, phase: .left, reason: reason.rawValue)
        }
    }
}
