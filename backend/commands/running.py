"""Commands that run: the server and the worker."""

import click

from backend import serving
from backend.commands.told import Told, said


@click.command()
@click.option("--no-worker", is_flag=True, help="Only the server; the worker runs elsewhere.")
@click.pass_obj
@said
def serve(told: Told, no_worker: bool) -> None:
    """Serve terminals, reviewers and the public; the worker runs beside."""
    settings = told.settings()
    arguments = ["--config", str(told.config)] if told.config else []
    serving.serve(settings, [] if no_worker else [*arguments, "work"])


@click.command()
@click.pass_obj
@said
def work(told: Told) -> None:
    """Open packages, write entries and issue certificates; `serve` starts this by itself."""
    serving.work(told.settings())
