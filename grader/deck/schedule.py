"""When a card comes again: the FSRS algorithm, by `fsrs`, as it is published."""

from __future__ import annotations

import zlib
from datetime import UTC

import fsrs

from grader.deck.reviews import Memory, Review

# Without fuzz, which spreads thousands of cards over days: one answer has one consequence.
_SCHEDULER = fsrs.Scheduler(enable_fuzzing=False)


def after(memory: Memory | None, review: Review) -> Memory:
    """What is known of a card after a review of it, the first one if `memory` is None."""
    at = review.at.astimezone(UTC)
    card, _ = _SCHEDULER.review_card(_card(memory, review), fsrs.Rating(review.rating), at)
    assert card.stability is not None  # it has been reviewed
    assert card.difficulty is not None
    return Memory(
        card_id=card.card_id,
        state=card.state.value,
        step=card.step,
        stability=card.stability,
        difficulty=card.difficulty,
        due=card.due,
        last_review=at,
    )


def _card(memory: Memory | None, review: Review) -> fsrs.Card:
    if memory is None:
        return fsrs.Card(card_id=zlib.crc32(review.card.encode()), due=review.at)
    return fsrs.Card(
        card_id=memory.card_id,
        state=fsrs.State(memory.state),
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due,
        last_review=memory.last_review,
    )
