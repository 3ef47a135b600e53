"""The search index (conversations/models/index.py), and all that is there already put into it."""

from django.db import migrations
from django.db.models import Min

from conversations.models import index
from conversations.models.words import words_of

BATCH = 500

# The index keeps itself free of what is deleted, by whatever way: a person who deletes a
# conversation must not leave its words behind. There is nothing of Django's that sees every way.
SQLITE = [
    """
    CREATE VIRTUAL TABLE conversations_search USING fts5(
        words, detail = none, columnsize = 0, prefix = '2 3',
        tokenize = "ascii tokenchars '_'"
    )
    """,
    """
    CREATE TRIGGER conversations_search_message AFTER DELETE ON conversations_message BEGIN
        DELETE FROM conversations_search
        WHERE rowid IN (old.id << 2, old.id << 2 | 1, old.id << 2 | 2);
    END
    """,
]
POSTGRESQL = [
    "CREATE TABLE conversations_search (id bigint PRIMARY KEY, words tsvector NOT NULL)",
    # The words lie apart from the numbers: what reads many numbers reads few pages.
    "ALTER TABLE conversations_search SET (toast_tuple_target = 128)",
    """
    CREATE FUNCTION conversations_search_forget() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'TRUNCATE' THEN
            TRUNCATE conversations_search;
        ELSE
            DELETE FROM conversations_search
            WHERE id IN (old.id << 2, old.id << 2 | 1, old.id << 2 | 2);
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER conversations_search_message AFTER DELETE ON conversations_message
    FOR EACH ROW EXECUTE FUNCTION conversations_search_forget()
    """,
    """
    CREATE TRIGGER conversations_search_messages AFTER TRUNCATE ON conversations_message
    EXECUTE FUNCTION conversations_search_forget()
    """,
]
# Once all is there: built in one go it takes a tenth of the time. It keeps no list of what is still
# to be indexed, which each search would have to read through.
INDEX = """
    CREATE INDEX conversations_search_words ON conversations_search USING gin (words)
    WITH (fastupdate = off)
"""
AWAY = {
    "sqlite": ["DROP TRIGGER conversations_search_message", "DROP TABLE conversations_search"],
    "postgresql": [
        "DROP TRIGGER conversations_search_messages ON conversations_message",
        "DROP TRIGGER conversations_search_message ON conversations_message",
        "DROP FUNCTION conversations_search_forget",
        "DROP TABLE conversations_search",
    ],
}


def make(apps, editor):
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def unmake(apps, editor):
    for statement in AWAY[editor.connection.vendor]:
        editor.execute(statement)


def fill(apps, editor):
    """Batch by batch, in the order of the messages: neither side is ever held in memory whole."""
    using = editor.connection.alias
    stored = apps.get_model("conversations", "Message").objects.using(using).order_by("pk")
    last = 0
    while batch := list(
        stored.filter(pk__gt=last)
        .select_related("conversation")
        .only("answer_text", "thought_text", "conversation__owner_id")[:BATCH]
    ):
        last = batch[-1].pk
        documents = []
        for message in batch:
            owner = message.conversation.owner_id
            for kind, text in (
                (index.SAID, message.answer_text),
                (index.THOUGHT, message.thought_text),
            ):
                if text and (words := words_of(text)):
                    documents.append((index.number(message.pk, kind), owner, words))
        index.write(documents, using)
    conversations = apps.get_model("conversations", "Conversation").every.using(using)
    documents = []
    for conversation in (
        conversations.annotate(first=Min("messages__pk"))
        .filter(first__isnull=False)
        .order_by("first")
        .only("title", "owner_id")
        .iterator(BATCH)
    ):
        number = index.number(conversation.first, index.TITLE)
        documents.append((number, conversation.owner_id, words_of(conversation.title)))
        if len(documents) == BATCH:
            index.write(documents, using)
            documents = []
    index.write(documents, using)


def find_by_words(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        editor.execute(INDEX)


class Migration(migrations.Migration):
    dependencies = [("conversations", "0002_people_stay")]

    operations = [
        migrations.RunPython(make, unmake),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(find_by_words, migrations.RunPython.noop),
    ]
