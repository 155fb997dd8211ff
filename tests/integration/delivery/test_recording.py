"""A message that left is never put back, whatever the database does at that moment."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from tests.conftest import MovedClock, Owner
from tests.support.deliveries import Post

# A sequence counts on through a rollback, so the first two tries to record fail and the third succeeds.
_FAILS_TWICE = (
    "CREATE SEQUENCE tries",
    "GRANT USAGE ON SEQUENCE tries TO PUBLIC",
    """
    CREATE FUNCTION fail_twice() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF nextval('tries') < 3 THEN RAISE EXCEPTION 'not now'; END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER fail_twice BEFORE UPDATE ON deliveries FOR EACH ROW WHEN (NEW.state = 'sent')
    EXECUTE FUNCTION fail_twice()
    """,
)


async def test_a_result_that_cannot_be_recorded_at_once_is_not_sent_again(
    post: Post, clock: MovedClock, owner: Owner
) -> None:
    contact = await post.add_citizen()
    await post.post(contact, "tin")
    async with owner() as tx:
        for statement in _FAILS_TWICE:
            await tx.execute(text(statement))
    await post.deliver()
    assert await post.list_states() == [("sent", None)]
    clock.move(timedelta(minutes=10))
    await post.sweep()
    await post.deliver()
    assert post.sender.keys == ["test:0"]
