import NIOCore
import NIOWebSocket

/// Puts the fragments of messages together, within a limit. Pure.
struct WebSocketAssembler {
    /// What a frame led to.
    enum Outcome {
        /// More frames of the message are to come.
        case incomplete
        /// A whole message.
        case message(ByteBuffer, isText: Bool)
        /// The frame breaks a rule.
        case refused(WebSocketCloseReason)
    }

    /// The largest message in bytes.
    let limit: Int
    private var fragments: ByteBuffer?
    private var isText = false

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes a text, binary or continuation frame.
    mutating func receive(_ frame: WebSocketFrame) -> Outcome {
        frame.opcode == .continuation ? next(frame) : first(frame)
    }

    private mutating func first(_ frame: WebSocketFrame) -> Outcome {
        guard fragments == nil else {
            return .refused(.protocolError(code: 1002, reason: "new message before the end of a fragmented one"))
        }
        guard frame.length <= limit else { return .refused(.messageTooLarge) }
        if frame.fin { return .message(frame.unmaskedData, isText: frame.opcode == .text) }
        fragments = frame.unmaskedData
        isText = frame.opcode == .text
        return .incomplete
    }

    private mutating func next(_ frame: WebSocketFrame) -> Outcome {
        guard var data = fragments else {
            return .refused(.protocolError(code: 1002, reason: "continuation without a beginning"))
        }
        fragments = nil  // so that appending does not copy
        guard data.readableBytes + frame.length <= limit else { return .refused(.messageTooLarge) }
        var part = frame.unmaskedData
        data.writeBuffer(&part)
        if frame.fin { return .message(data, isText: isText) }
        fragments = data
        return .incomplete
    }
}
