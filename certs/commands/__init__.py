"""The commands about keys and certificates; `certs.cli` says which there are."""
