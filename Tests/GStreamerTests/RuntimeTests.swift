import Testing

@testable import GStreamer

@Suite("The library as a whole")
struct RuntimeTests {
    @Test("libsrtp takes OpenSSL's ciphers, which it tests against its known answers")
    func ciphers() throws {
        try Runtime.start()
        #expect(Runtime.hasFastCiphers)
    }
}
