"""What must agree: what pages showed, what is stored, what was said, what was asked for."""

from collections.abc import Iterable

from tests.faults.page import Page, View
from tests.faults.site import Site
from tests.faults.truth import Plan, is_prefix, reach


async def stored(site: Site, cookie: str, turn: str, seconds: float = 60.0) -> View:
    """A turn as a page is shown it that comes afterwards, and as its conversation has it."""
    async with site.page(cookie, follow=False) as page:
        view = await page.ended(turn, seconds)
        assert view.end is not None
        opened = await page.open(view.end["turn"]["conversation"])
        replies = {m["turn"]["id"]: m for m in opened["messages"] if m["role"] == "model"}
        if turn in replies:  # else another turn of the conversation is on show
            assert replies[turn]["pieces"] == view.shown, "opened and joined, a turn differs"
        assert not page.faults, page.faults
    return view


async def judge(
    site: Site, cookie: str, plan: Plan, turn: str, pages: Iterable[Page], seconds: float = 60.0
) -> View:
    """Hold a turn against all that is known of it; the turn as it is stored."""
    kept = await stored(site, cookie, turn, seconds)
    for page in pages:
        assert not page.faults, page.faults
        view = page.views.get(turn)
        if view is None:
            continue
        assert is_prefix(view.shown, kept.shown), f"shown {reach(view.shown)}, kept {kept.position}"
        if view.end is not None:
            assert view.shown == kept.shown
            assert view.outcome == kept.outcome
            assert view.ends == 1, f"{view.ends} ends"
    assert is_prefix(kept.shown, plan.pieces), "what is stored is not what was said"
    if kept.outcome == "complete":
        assert kept.shown == plan.pieces
    assert site.upstream.counts[plan.key] <= plan.asked_at_most
    assert site.upstream.spoke[plan.key] <= 1
    assert site.states()[turn] not in ("queued", "running")
    return kept
