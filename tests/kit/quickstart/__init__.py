"""QUICKSTART.md as a program: every block in it is run."""
