"""What the emulator is told by whoever starts it."""

import os
from datetime import datetime, timezone


def outside() -> frozenset[str]:
    """Identifiers of things that stand in the account without having been deployed here: bought reservations, given networks."""
    return frozenset(os.environ.get("HEADROOM_EMULATOR_OUTSIDE", "").split())


def now() -> datetime:
    """The emulated time: a deployment is judged as of a date, and must be deployable as of that date."""
    given = os.environ.get("HEADROOM_EMULATOR_NOW")
    return datetime.now(timezone.utc) if given is None else instant(given)


def instant(text: str) -> datetime:
    parsed = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)
