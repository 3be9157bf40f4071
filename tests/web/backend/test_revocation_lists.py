"""Revocation lists over HTTP, where certificates say that they are: for anybody, in DER."""

from dataclasses import replace

from cryptography import x509

from backend.web import create_app
from certs.bundle import to_json
from tests.pki import PKI
from tests.web.backend.fake_office import World

BASE = "https://localhost"


def test_anybody_gets_the_list_of_root_and_issuer(world: World, pki: PKI) -> None:
    bundle = pki.authority.bundle
    office = replace(world.app.extensions["office"], trust=lambda: to_json(bundle))
    client = create_app(office).test_client()
    for issuer in (bundle.roots[0], bundle.intermediates[0]):
        extension = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        answer = client.get(f"/crl/{extension.value.digest.hex()}.crl", base_url=BASE)
        assert answer.content_type == "application/pkix-crl"
        assert x509.load_der_x509_crl(answer.data).issuer == issuer.subject
    assert client.get(f"/crl/{'00' * 20}.crl", base_url=BASE).status_code == 404
    assert client.get("/crl/x.crl", base_url=BASE).status_code == 404
