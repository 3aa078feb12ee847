"""All exercises in one application: `uvicorn exercises.main:app --reload`."""

from grader.application import live_application

app = live_application("exercises")
