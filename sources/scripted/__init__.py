"""The twins of the live sources that the judge drives, item by item.

Each module has `overrides(channel)`: what FastAPI's `dependency_overrides` takes to put the
scripted source in the place of the live one; and `warm_up()`, which is called once in the parent
of all stages and does whatever a first use would have to do. The sources behave as the live ones
do, and report to the judge when they are opened, asked for an item, and closed.
"""
