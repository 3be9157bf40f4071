"""The command that serves the teller's pages."""

import signal
import sys
import threading
import webbrowser

import click

from terminal.assembly import Station, open_station
from terminal.commands.told import Told, said
from terminal.folder import lock_folder, open_vault, require_closed
from terminal.server import CounterServer
from terminal.web import create_app, launch_url
from terminal.web.guard import Launch
from terminal.window_asked import ask_window
from terminal.window_token import find_token, load_token


@click.command()
@click.pass_obj
@said
def serve(told: Told) -> None:
    """Serve the teller's pages on this machine, and carry packages and answers."""
    settings = told()
    require_closed(settings.home)
    lock = lock_folder(settings.home)
    try:
        with open_station(settings) as station:
            _serve(station)
    finally:
        lock.release()


@click.command()
@click.option("--browser", "is_opened", is_flag=True, help="Open it in this account's browser.")
@click.pass_obj
@said
def window(told: Told, is_opened: bool) -> None:
    """Give an address that opens one more window of the counter that serves."""
    settings = told()
    url = ask_window(settings.port, find_token(settings.home, open_vault(settings.home)))
    _say_address(url)
    if is_opened and not webbrowser.open(url):
        click.echo("no browser was found; open the address in one", err=True)


def _serve(station: Station) -> None:
    port = station.settings.port
    home = station.settings.home
    token = load_token(home, open_vault(home), station.clock.now())
    app = create_app(station.counter, port=port, launch=Launch(token))
    server = CounterServer(app, port=port)
    rounds = station.rounds()

    ending = threading.Event()

    def stop_when_ending() -> None:
        # Not from the signal's handler: it would wait there for the very thread it stands in.
        ending.wait()
        server.stop()

    def end(*_: object) -> None:
        ending.set()

    threading.Thread(target=stop_when_ending, name="ending", daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    # The code in an address is good once and for two minutes; a new one comes on this signal.
    signal.signal(signal.SIGUSR1, lambda *_: _say_address(launch_url(app, port)))
    _say_address(launch_url(app, port))
    rounds.start()
    try:
        server.serve()
    finally:
        ending.set()
        rounds.stop()


def _say_address(url: str) -> None:
    click.echo(f"open {url}")
    sys.stdout.flush()
