import CGStreamer

/// Where datagrams leave.
protocol DatagramSocket: Sendable {
    /// Sends datagrams in their order, without waiting: those that there is no room for are lost, as in any network.
    ///
    /// - Returns: how many were taken.
    func send(_ messages: UnsafeBufferPointer<LocoOutputMessage>) -> Int
}
