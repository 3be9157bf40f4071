"""`python -m backend` is `mortgage-backend`."""

from backend.cli import main

if __name__ == "__main__":
    main()
