"""The floor of every command: bare Python with click that says hello.

python -m scripts.benching.hello [MODULE ...]     imports the modules first, as libraries it needs
"""

import importlib

import click


@click.command()
@click.argument("modules", nargs=-1)
def main(modules: tuple[str, ...]) -> None:
    """Say hello."""
    for module in modules:
        importlib.import_module(module)
    click.echo("hello")


if __name__ == "__main__":
    main()
