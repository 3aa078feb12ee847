"""`grade clients`: the client exercises at work, against a live server, on the learner's screen."""
