"""`python -m kistui`."""

from kistui.cli import run_process

if __name__ == "__main__":
    run_process()
