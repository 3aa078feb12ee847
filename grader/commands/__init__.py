"""The commands. What only one of them needs is imported by it, when it runs."""
