// The ciphers of SRTP (RFC 3711), by OpenSSL.
#ifndef LOCO_CSRTP_H
#define LOCO_CSRTP_H

/// From here on libsrtp encrypts by AES-128 in counter mode, and authenticates by HMAC-SHA1, as OpenSSL does them.
///
/// libsrtp tests both against its known answers before it takes them. Once, before the first stream is set up.
/// Gives 0, or the `srtp_err_status_t` of what it did not take: it goes on with its own then.
int loco_srtp_use_openssl(void);

#endif
