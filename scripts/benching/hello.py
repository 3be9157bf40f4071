"""The floor of every command: bare Python with click that says hello."""

import click


@click.command()
def main() -> None:
    """Say hello."""
    click.echo("hello")


if __name__ == "__main__":
    main()
