"""The command that stands in for other authorities."""

import click

from backend.commands.told import said
from backend.sharing.process import StageServer
from backend.sharing.stage import Stage, parse_knobs


@click.command("simulate-authority")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8700, show_default=True, type=click.IntRange(0, 65535))
@click.option("--say", default="", help="SERVICE[:NUMBER]=WORD, comma separated; see the docs.")
@said
def simulate_authority(host: str, port: int, say: str) -> None:
    """Stand in for the police and the other authorities, until Ctrl-C.

    Answers the ministry's envelope at /share for made-up people and papers; every answer says
    that it is simulated. POST /knobs with the text of --say turns the knobs while it runs. A WORD is
    an answer (married, seized, unpaid, unfiled, ended, differs, nothing …) or a fault: slow, wrong,
    malformed, down, timeout, repeated.
    """
    server = StageServer((host, port), Stage(knobs=parse_knobs(say)))
    click.echo(f"http://{host}:{server.server_port}/share")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
