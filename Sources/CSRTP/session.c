// An SRTP session that only sends: its handle is libsrtp's own.
#include "csrtp.h"

#include <srtp2/srtp.h>
#include <string.h>

_Static_assert(LOCO_SRTP_KEY == SRTP_AES_ICM_128_KEY_LEN_WSALT, "a master key with its salt");
_Static_assert(LOCO_SRTP_TRAILER >= SRTP_MAX_TRAILER_LEN + 4, "a tag, and SRTCP's index");

void *loco_srtp_open(const unsigned char *key, int has_short_tag) {
  srtp_policy_t policy;
  unsigned char master[LOCO_SRTP_KEY];
  srtp_t session = NULL;
  memset(&policy, 0, sizeof policy);
  memcpy(master, key, sizeof master);
  if (has_short_tag)
    srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&policy.rtp);
  else
    srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
  srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
  policy.ssrc.type = ssrc_any_outbound;
  policy.key = master;
  srtp_err_status_t status = srtp_create(&session, &policy);
  // Before the stack gives the memory to somebody else.
  explicit_bzero(master, sizeof master);
  return status == srtp_err_status_ok ? session : NULL;
}

void loco_srtp_close(void *session) {
  if (session != NULL) srtp_dealloc(session);
}

int loco_srtp_protect(void *session, void *packet, int size) {
  return srtp_protect(session, packet, &size) == srtp_err_status_ok ? size : -1;
}

int loco_srtp_protect_control(void *session, void *packet, int size) {
  return srtp_protect_rtcp(session, packet, &size) == srtp_err_status_ok ? size : -1;
}
