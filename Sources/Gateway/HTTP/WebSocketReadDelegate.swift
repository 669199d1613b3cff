import NIOCore

/// Carries the reader's demand for messages back to the channel handler on its event loop.
struct WebSocketReadDelegate: NIOAsyncSequenceProducerDelegate {
    private let eventLoop: any EventLoop
    private let handler: NIOLoopBoundBox<WebSocketHandler?>

    init(eventLoop: any EventLoop, handler: NIOLoopBoundBox<WebSocketHandler?>) {
        self.eventLoop = eventLoop
        self.handler = handler
    }

    func produceMore() {
        let handler = handler
        eventLoop.execute { handler.value?.resumeReading() }
    }

    func didTerminate() {
        let handler = handler
        eventLoop.execute { handler.value?.readerLeft() }
    }
}
