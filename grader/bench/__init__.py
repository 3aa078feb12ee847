"""`grade bench`: an answer and its reference side by side, on a real uvicorn."""
