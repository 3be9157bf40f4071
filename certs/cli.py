"""`mortgage-certs`: founds an authority, shows certificates in words, checks documents."""

from typing import Final

import click

from certs.lazy import LazyGroup

COMMANDS: Final = {
    "init": (
        "certs.commands.founding:init",
        "Found a new authority in FOLDER: root, issuing, server, seal, envelope, log and other keys.",
    ),
    "add-suite": (
        "certs.commands.founding:add_national",
        "Found an SM2 authority beside the one in FOLDER; counters learn of it as they renew.",
    ),
    "renew": (
        "certs.commands.renewing:renew",
        "Make new keys for the office's own roles in FOLDER, while it works.",
    ),
    "root-list": (
        "certs.commands.listing:root_list",
        "Sign the next revocation list of the root in FOLDER, good for 13 months.",
    ),
    "certify": (
        "certs.commands.certifying:certify",
        "Issue a certificate for a key in a token, to sign for the office in the place of its file.",
    ),
    "add-stamper": (
        "certs.commands.stamping:add_stamper",
        "Make known whose time stamps count: the certificate that an authority signs them with.",
    ),
    "show": (
        "certs.commands.showing:show",
        "Say in words what FILE is: certificates, a revocation list, a trust bundle or a package.",
    ),
    "verify": (
        "certs.commands.verifying:verify",
        "Check registration certificates without any network; the verdict stands on the first line.",
    ),
}


@click.group(
    cls=LazyGroup, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
def main() -> None:
    """Keys and certificates of the registration: who someone is."""
