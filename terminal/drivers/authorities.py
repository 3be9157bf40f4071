"""The states' certificate authorities (CSCA) that sign the signers of passports, and their lists.

Source: ICAO Doc 9303-12 (8th edition), 7. They come from the states, by way of the bank.
"""

from pathlib import Path

from cryptography import x509

from terminal.reader_errors import MisconfiguredReaderError

_SUFFIXES = frozenset({".cer", ".crt", ".der", ".pem"})
_LIST_SUFFIX = ".crl"


def load_authorities(path: Path) -> tuple[x509.Certificate, ...]:
    """Read one file, or every certificate file of a folder; PEM (also several) or DER.

    Raises:
        MisconfiguredReaderError: there is none, or a file is no certificate of an authority.
    """
    found = tuple(cert for file in _files(path) for cert in _load(file))
    if not found:
        raise MisconfiguredReaderError(f"csca: no certificate in {path}")
    return found


def load_revocations(path: Path) -> tuple[x509.CertificateRevocationList, ...]:
    """Read every revocation list (.crl, PEM or DER) of a folder; a single file holds none.

    Whose list it is, and whether that state signed it, is looked at when a passport is read.

    Raises:
        MisconfiguredReaderError: a file is no revocation list.
    """
    if not path.is_dir():
        return ()
    files = sorted(file for file in path.iterdir() if file.suffix.lower() == _LIST_SUFFIX)
    return tuple(_load_list(file) for file in files)


def _load_list(file: Path) -> x509.CertificateRevocationList:
    try:
        data = file.read_bytes()
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_crl(data)
        return x509.load_der_x509_crl(data)
    except (OSError, ValueError) as exc:
        raise MisconfiguredReaderError(f"csca: {file} cannot be read") from exc


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES)


def _load(file: Path) -> list[x509.Certificate]:
    try:
        data = file.read_bytes()
        if b"-----BEGIN" in data:
            certificates = x509.load_pem_x509_certificates(data)
        else:
            certificates = [x509.load_der_x509_certificate(data)]
        are_authorities = all(_is_authority(cert) for cert in certificates)
    except (OSError, ValueError) as exc:
        raise MisconfiguredReaderError(f"csca: {file} cannot be read") from exc
    if not are_authorities:
        raise MisconfiguredReaderError(f"csca: {file} is no authority's certificate")
    return certificates


def _is_authority(cert: x509.Certificate) -> bool:
    try:
        return bool(cert.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        # Authorities of the first years carry no such extension.
        return cert.issuer == cert.subject
