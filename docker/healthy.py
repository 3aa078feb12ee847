"""The health check of the image: exit code 0 if the server in this container is healthy."""

from __future__ import annotations

import os
from urllib.error import HTTPError
from urllib.request import urlopen

try:
    with urlopen(f"http://127.0.0.1:{os.environ['PORT']}/health", timeout=4):  # 2xx, or it raises
        pass
except HTTPError:
    # Of the learner's answers /health is one: a stub of it answers 501, and the server is well.
    if os.environ["TARGET"] == "solutions":
        raise
