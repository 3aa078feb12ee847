"""Questions whose answer is what happens: a snippet is shown, a prediction typed, and it is run."""
