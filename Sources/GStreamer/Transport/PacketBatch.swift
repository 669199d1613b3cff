import CGStreamer

/// A few packets that are put together, encrypted in their places and sent by one system call.
struct PacketBatch: ~Copyable {
    /// Packets at most.
    static let most = 32
    /// Bytes of a packet at most: what goes over an Ethernet, and the trailer of its encryption.
    private static let slot = 1504 + SRTPSession.trailer & ~3

    private let memory: UnsafeMutableRawPointer
    private let vectors: UnsafeMutablePointer<GOutputVector>
    private let messages: UnsafeMutablePointer<LocoOutputMessage>
    private let capacity: Int
    private var count = 0

    /// - Parameter capacity: packets at most, up to ``most``.
    init(capacity: Int) {
        self.capacity = max(0, min(capacity, Self.most))
        memory = .allocate(byteCount: self.capacity * Self.slot, alignment: 16)
        vectors = .allocate(capacity: self.capacity)
        messages = .allocate(capacity: self.capacity)
    }

    deinit {
        memory.deallocate()
        vectors.deallocate()
        messages.deallocate()
    }

    /// Whether there is no room for another packet.
    var isFull: Bool { count == capacity }

    /// Room for the next packet.
    var next: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: memory + count * Self.slot, count: count < capacity ? Self.slot : 0)
    }

    /// Takes what was put into ``next``.
    mutating func append(size: Int) {
        precondition(count < capacity && size <= Self.slot, "there is no room for the packet")
        (vectors + count).initialize(to: GOutputVector(buffer: memory + count * Self.slot, size: gsize(size)))
        (messages + count).initialize(to: LocoOutputMessage(buffers: vectors + count, n_buffers: 1))
        count += 1
    }

    /// Sends them all, where there are any.
    ///
    /// - Returns: those that the socket did not take.
    func send(_ socket: any DatagramSocket) -> Int {
        count > 0 ? count - socket.send(UnsafeBufferPointer(start: messages, count: count)) : 0
    }
}
