import NIOCore

/// Where a WebSocket's whole messages go: to its reader, as texts or as bytes. On the channel's event loop only.
struct WebSocketInbox {
    /// What became of a message.
    enum Outcome {
        case taken
        /// It was taken, and the reader has enough for now.
        case full
        /// Nobody reads any more.
        case abandoned
        /// It breaks a rule.
        case refused(WebSocketCloseReason)
    }

    private enum Source {
        case texts(WebSocketConnection.Messages.Source)
        case bytes(WebSocketConnection.Bytes.Source)
        case over
    }

    /// The reader's side, where the socket carries texts; otherwise it has ended.
    let messages: WebSocketConnection.Messages
    /// The reader's side, where the socket carries bytes; otherwise it has ended.
    let bytes: WebSocketConnection.Bytes
    private var source: Source

    init(limits: WebSocketLimits, delegate: WebSocketReadDelegate, silent: WebSocketReadDelegate) {
        let strategy = NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark(
            lowWatermark: limits.inboundMessages / 4, highWatermark: limits.inboundMessages)
        let texts = WebSocketConnection.Messages.makeSequence(
            backPressureStrategy: strategy, finishOnDeinit: false, delegate: limits.carriesBytes ? silent : delegate)
        let bytes = WebSocketConnection.Bytes.makeSequence(
            backPressureStrategy: strategy, finishOnDeinit: false, delegate: limits.carriesBytes ? delegate : silent)
        (messages, self.bytes) = (texts.sequence, bytes.sequence)
        if limits.carriesBytes {
            source = .bytes(bytes.source)
            texts.source.finish()
        } else {
            source = .texts(texts.source)
            bytes.source.finish()
        }
    }

    /// Hands a message to the reader.
    func deliver(_ data: ByteBuffer, isText: Bool) -> Outcome {
        switch source {
        case .over: return .abandoned
        case .bytes(let source):
            guard !isText else {
                return .refused(.protocolError(code: 1003, reason: "this socket takes binary messages only"))
            }
            return Self.outcome(source.yield(data))
        case .texts(let source):
            let bytes = data.readableBytesView
            guard
                let text = isText
                    ? String(validating: bytes, as: UTF8.self) : String(decoding: bytes, as: UTF8.self)
            else { return .refused(.protocolError(code: 1007, reason: "text is not UTF-8")) }
            return Self.outcome(source.yield(text))
        }
    }

    /// Tells the reader that nothing more comes.
    mutating func finish() {
        switch source {
        case .texts(let source): source.finish()
        case .bytes(let source): source.finish()
        case .over: break
        }
        source = .over
    }

    private static func outcome<Element, Strategy, Delegate>(
        _ result: NIOAsyncSequenceProducer<Element, Strategy, Delegate>.Source.YieldResult
    ) -> Outcome {
        switch result {
        case .produceMore: .taken
        case .stopProducing: .full
        case .dropped: .abandoned
        }
    }
}
