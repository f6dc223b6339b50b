// OpenSSL 3 made a macro of a function that CivetWeb 1.15 looks up by its name, and does not do
// without. Loaded before CivetWeb asks for libssl.so, this takes its place.
#include <openssl/ssl.h>

#undef SSL_get_peer_certificate

extern "C" X509* SSL_get_peer_certificate(const SSL* ssl) { return SSL_get1_peer_certificate(ssl); }
