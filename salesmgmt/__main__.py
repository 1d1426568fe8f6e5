"""``python -m salesmgmt`` is the command line."""

from salesmgmt.cli import main

main(prog_name="salesmgmt")
