import CGStreamer
import CSRTP

/// Encrypts and authenticates what one side of a connection sends (SRTP, RFC 3711), with the key of its DTLS handshake (RFC 5764).
final class SRTPSession {
    /// Bytes that protection adds at most.
    static let trailer = Int(LOCO_SRTP_TRAILER)

    private let session: UnsafeMutableRawPointer
    /// Bytes that it adds to an RTP packet.
    let tag: Int

    /// - Parameters:
    ///   - key: the master key with its salt.
    ///   - hasShortTag: whether RTP packets are authenticated by 32 bits instead of 80.
    /// - Throws: `promiseFailed` for a key of another length.
    init(key: [UInt8], hasShortTag: Bool = false) throws(GStreamerError) {
        guard key.count == Int(LOCO_SRTP_KEY), let session = loco_srtp_open(key, hasShortTag ? 1 : 0) else {
            throw .promiseFailed(operation: "encrypting media", reason: "libsrtp does not take the handshake's key")
        }
        self.session = session
        tag = hasShortTag ? 4 : 10
    }

    /// Takes the key from a connection whose handshake is done.
    ///
    /// - Throws: `promiseFailed` where there is none, or one for a cipher that is not known here.
    convenience init(of bin: WebRTCBin) throws(GStreamerError) {
        guard let handshake = Element.firstInside(bin, factory: "dtlsenc"),
            let key = try handshake.bytes(of: "encoder-key")
        else { throw .promiseFailed(operation: "encrypting media", reason: "the handshake has left no key") }
        // AES-128 in counter mode, with HMAC-SHA1 of 32 or 80 bits.
        guard try handshake.get("srtp-cipher").integer == 1, let tag = try handshake.get("srtp-auth").integer,
            (1...2).contains(tag)
        else { throw .promiseFailed(operation: "encrypting media", reason: "the handshake chose an unknown cipher") }
        try self.init(key: key, hasShortTag: tag == 1)
    }

    deinit { loco_srtp_close(session) }

    /// Protects an RTP packet in its place, which has room for the ``trailer`` behind it.
    ///
    /// - Returns: its new size; nil where it must not be sent.
    func protect(_ packet: UnsafeMutableRawBufferPointer, size: Int) -> Int? {
        guard let start = packet.baseAddress, size + Self.trailer <= packet.count else { return nil }
        let protected = loco_srtp_protect(session, start, Int32(size))
        return protected > 0 ? Int(protected) : nil
    }

    /// Protects an RTCP packet likewise.
    func protectControl(_ packet: UnsafeMutableRawBufferPointer, size: Int) -> Int? {
        guard let start = packet.baseAddress, size + Self.trailer <= packet.count else { return nil }
        let protected = loco_srtp_protect_control(session, start, Int32(size))
        return protected > 0 ? Int(protected) : nil
    }
}

extension Object {
    /// The bytes in a property that holds a buffer; nil for none.
    fileprivate func bytes(of property: String) throws(GStreamerError) -> [UInt8]? {
        try read(property) { value in
            g_value_get_boxed(value).flatMap { boxed in
                BufferView(buffer: boxed.assumingMemoryBound(to: GstBuffer.self)).withBytes { [UInt8]($0) }
            }
        }
    }
}
