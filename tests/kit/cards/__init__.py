"""What the interview cards claim, run. Each test is named by the cards that it stands for.

None sleeps and none measures time: who comes before whom is decided by events, and what does not
happen is shown by something later that does.
"""
