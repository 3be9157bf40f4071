"""SM2 with SM3, which the library beneath `certs` does not know: OpenSSL computes, we compose.

`library` is the door to libcrypto, `keys` the keys, `structures` the certificates, lists and
requests that they sign, `paths` the way from a certificate to its root.

Why libcrypto and no package: `cryptography` has SM3 and SM4 but no SM2 and plans none; of the
packages that have it, those with an independent maintainer are pure Python (not constant in time,
17 ms a verification) or a C copy of GmSSL without X.509, ten times slower at signing, in wheels
for some machines. libcrypto is on every machine where Python has `ssl`, is kept by the system's
security updates, and signs in 0.3 ms.
"""
