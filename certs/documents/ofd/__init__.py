"""OFD documents (GB/T 33190) under an electronic seal (GB/T 38540), with SM2 and SM3."""
