"""The data behind the endpoints, as FastAPI dependencies; `sources.scripted` has their twins."""
