"""`grade mock`: an interview with a clock: code, questions about it, a requirement that changes."""
