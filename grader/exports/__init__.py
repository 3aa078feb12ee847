"""The same verdicts in the forms that other programs read."""
