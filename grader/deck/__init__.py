"""What is done with the whole deck of interview cards: checked, exported, made a page."""
