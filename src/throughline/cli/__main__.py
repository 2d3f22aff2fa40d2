"""`python -m throughline.cli`."""

from throughline.cli.main import run

run()
