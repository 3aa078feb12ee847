"""The live endpoints, as `curl`, httpx and a browser see them, and nginx in front of them."""
