"""`python -m certs` is `mortgage-certs`."""

from certs.cli import main

if __name__ == "__main__":
    main()
