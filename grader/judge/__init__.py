"""The process that decides: it plays the client, feeds the sources, holds the clock and compares.

It never imports the learner's file. `stage` has the verbs that the suites are written with.
"""
