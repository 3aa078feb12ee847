"""The health check of the image: exit code 0 if the server in this container is healthy."""

from __future__ import annotations

import os
from urllib.request import urlopen

with urlopen(f"http://127.0.0.1:{os.environ['PORT']}/health", timeout=4):  # raises unless it is 2xx
    pass
