"""All references in one application: `uvicorn solutions.main:app --reload`."""

from grader.application import live_application

app = live_application("solutions")
