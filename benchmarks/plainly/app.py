"""The reference behind a plain uvicorn, with a feed that does not wait between its updates."""

from grader.application import live_application
from sources.prices import LivePriceFeed, price_feed

app = live_application("solutions")
app.dependency_overrides[price_feed] = lambda: LivePriceFeed(interval=0)
