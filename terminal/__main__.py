"""`python -m terminal` is `mortgage-terminal`."""

from terminal.cli import main

if __name__ == "__main__":
    main()
