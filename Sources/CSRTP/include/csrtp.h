// The ciphers of SRTP (RFC 3711), by OpenSSL.
#ifndef LOCO_CSRTP_H
#define LOCO_CSRTP_H

/// From here on libsrtp encrypts by AES-128 in counter mode, and authenticates by HMAC-SHA1, as OpenSSL does them.
///
/// libsrtp tests both against its known answers before it takes them. Once, before the first stream is set up.
/// Gives 0, or the `srtp_err_status_t` of what it did not take: it goes on with its own then.
int loco_srtp_use_openssl(void);

/// Bytes of a master key of AES-128 in counter mode with its salt.
#define LOCO_SRTP_KEY 30
/// Bytes that protection adds at most.
#define LOCO_SRTP_TRAILER 148

/// A session that encrypts and authenticates what is sent, of any SSRC (AES-CM, HMAC-SHA1): with tags of 80 bits, or of 32
/// on RTP. NULL where it cannot be made. Not for several threads at once.
void *loco_srtp_open(const unsigned char *key, int has_short_tag);

/// Ends a session; nothing for NULL.
void loco_srtp_close(void *session);

/// Protects an RTP packet in its place, at a multiple of four, with room for the trailer behind it. Gives the packet's new
/// size; -1 where it cannot be protected, and then must not be sent.
int loco_srtp_protect(void *session, void *packet, int size);

/// Protects an RTCP packet likewise.
int loco_srtp_protect_control(void *session, void *packet, int size);

#endif
