#include "csrtp.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <srtp2/auth.h>
#include <srtp2/cipher.h>
#include <srtp2/srtp.h>
#include <stdlib.h>
#include <string.h>

// Debian builds libsrtp with NSS, which makes a new cipher context for every packet, and with a SHA-1 in plain C:
// together a third of what it took to feed a viewer. libsrtp lets a program bring its own, and checks them against its
// known answers; these keep one context for a stream's life, and use the processor's instructions.

enum { key_octets = 16, salt_octets = 14, block = 16, longest_tag = 20 };

// Of one direction of one stream.
typedef struct {
  EVP_CIPHER_CTX *context;
  // RFC 3711, section 4.1.1: the salt, shifted to the counter's place.
  uint8_t offset[block];
} aes_state;

static srtp_cipher_type_t aes_type;

static srtp_err_status_t aes_dealloc(srtp_cipher_t *cipher) {
  aes_state *state = cipher->state;
  if (state != NULL) {
    EVP_CIPHER_CTX_free(state->context);
    OPENSSL_cleanse(state, sizeof *state);
    free(state);
  }
  free(cipher);
  return srtp_err_status_ok;
}

static srtp_err_status_t aes_alloc(srtp_cipher_t **made, int length, int tag) {
  (void)tag;
  if (length != key_octets + salt_octets) return srtp_err_status_bad_param;
  srtp_cipher_t *cipher = calloc(1, sizeof *cipher);
  if (cipher == NULL) return srtp_err_status_alloc_fail;
  aes_state *state = calloc(1, sizeof *state);
  cipher->state = state;
  if (state != NULL) state->context = EVP_CIPHER_CTX_new();
  if (state == NULL || state->context == NULL) {
    aes_dealloc(cipher);
    return srtp_err_status_alloc_fail;
  }
  cipher->type = &aes_type;
  cipher->algorithm = SRTP_AES_ICM_128;
  cipher->key_len = length;
  *made = cipher;
  return srtp_err_status_ok;
}

static srtp_err_status_t aes_init(void *cipher, const uint8_t *key) {
  aes_state *state = cipher;
  memset(state->offset, 0, sizeof state->offset);
  memcpy(state->offset, key + key_octets, salt_octets);
  return EVP_EncryptInit_ex(state->context, EVP_aes_128_ctr(), NULL, key, NULL) == 1 ? srtp_err_status_ok
                                                                                      : srtp_err_status_init_fail;
}

static srtp_err_status_t aes_set_iv(void *cipher, uint8_t *iv, srtp_cipher_direction_t direction) {
  (void)direction;
  aes_state *state = cipher;
  uint8_t counter[block];
  for (int i = 0; i < block; i++) counter[i] = state->offset[i] ^ iv[i];
  return EVP_EncryptInit_ex(state->context, NULL, NULL, NULL, counter) == 1 ? srtp_err_status_ok
                                                                             : srtp_err_status_cipher_fail;
}

// Counter mode decrypts by the same.
static srtp_err_status_t aes_encrypt(void *cipher, uint8_t *bytes, unsigned int *count) {
  aes_state *state = cipher;
  int done = 0;
  if (EVP_EncryptUpdate(state->context, bytes, &done, bytes, (int)*count) != 1) return srtp_err_status_cipher_fail;
  *count = (unsigned int)done;
  return srtp_err_status_ok;
}

// libsrtp's own, of whose known answers both are asked.
extern const srtp_cipher_type_t srtp_aes_icm_128;
extern const srtp_auth_type_t srtp_hmac;

static srtp_cipher_type_t aes_type = {
    .alloc = aes_alloc,
    .dealloc = aes_dealloc,
    .init = aes_init,
    .encrypt = aes_encrypt,
    .decrypt = aes_encrypt,
    .set_iv = aes_set_iv,
    .description = "AES-128 in counter mode, by OpenSSL",
    .id = SRTP_AES_ICM_128,
};

static srtp_auth_type_t hmac_type;

static srtp_err_status_t hmac_dealloc(srtp_auth_t *auth) {
  EVP_MAC_CTX_free(auth->state);
  free(auth);
  return srtp_err_status_ok;
}

static srtp_err_status_t hmac_alloc(srtp_auth_t **made, int key, int tag) {
  if (key > longest_tag || tag > longest_tag) return srtp_err_status_bad_param;
  srtp_auth_t *auth = calloc(1, sizeof *auth);
  EVP_MAC *mac = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_HMAC, NULL);
  if (auth != NULL && mac != NULL) auth->state = EVP_MAC_CTX_new(mac);
  // The context holds on to it.
  EVP_MAC_free(mac);
  if (auth == NULL || auth->state == NULL) {
    free(auth);
    return srtp_err_status_alloc_fail;
  }
  auth->type = &hmac_type;
  auth->key_len = key;
  auth->out_len = tag;
  *made = auth;
  return srtp_err_status_ok;
}

static srtp_err_status_t hmac_init(void *state, const uint8_t *key, int length) {
  char digest[] = "SHA1";
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end(),
  };
  return EVP_MAC_init(state, key, (size_t)length, parameters) == 1 ? srtp_err_status_ok : srtp_err_status_init_fail;
}

// With the key that it has.
static srtp_err_status_t hmac_start(void *state) {
  return EVP_MAC_init(state, NULL, 0, NULL) == 1 ? srtp_err_status_ok : srtp_err_status_auth_fail;
}

static srtp_err_status_t hmac_update(void *state, const uint8_t *bytes, int count) {
  return EVP_MAC_update(state, bytes, (size_t)count) == 1 ? srtp_err_status_ok : srtp_err_status_auth_fail;
}

static srtp_err_status_t hmac_compute(void *state, const uint8_t *bytes, int count, int length, uint8_t *tag) {
  uint8_t whole[longest_tag];
  size_t made = 0;
  if (length > longest_tag) return srtp_err_status_bad_param;
  if (EVP_MAC_update(state, bytes, (size_t)count) != 1) return srtp_err_status_auth_fail;
  if (EVP_MAC_final(state, whole, &made, sizeof whole) != 1 || made < (size_t)length) return srtp_err_status_auth_fail;
  memcpy(tag, whole, (size_t)length);
  return srtp_err_status_ok;
}

static srtp_auth_type_t hmac_type = {
    .alloc = hmac_alloc,
    .dealloc = hmac_dealloc,
    .init = hmac_init,
    .compute = hmac_compute,
    .update = hmac_update,
    .start = hmac_start,
    .description = "HMAC-SHA1, by OpenSSL",
    .id = SRTP_HMAC_SHA1,
};

int loco_srtp_use_openssl(void) {
  // What GStreamer calls, too, later and to no effect.
  srtp_err_status_t status = srtp_init();
  if (status != srtp_err_status_ok) return status;
  aes_type.test_data = srtp_aes_icm_128.test_data;
  hmac_type.test_data = srtp_hmac.test_data;
  status = srtp_replace_cipher_type(&aes_type, SRTP_AES_ICM_128);
  if (status != srtp_err_status_ok) return status;
  return srtp_replace_auth_type(&hmac_type, SRTP_HMAC_SHA1);
}
