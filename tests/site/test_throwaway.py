"""The servers that other tests stand on do start, and are what they say."""

import psycopg
import redis


def test_postgres_answers(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute("SELECT 17 + 25, current_database()").fetchone()
    assert row == (42, "thinkalong")


def test_redis_answers(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set("question", "17 + 25")
        assert client.get("question") == b"17 + 25"
