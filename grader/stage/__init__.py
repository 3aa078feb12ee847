"""The process that runs the learner's code: uvicorn, the learner's router and the scripted sources.

Nothing here imports a suite or decides anything. `zygote` forks a `loader` for each judgement; the
loader imports the learner's file once and forks a `server` for each behaviour.
"""
