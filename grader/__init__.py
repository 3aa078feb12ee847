"""streamdrill's grader: the command line, the stage that runs an answer, and the judge of it."""

__version__ = "0.1.0"
