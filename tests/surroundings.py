"""What the tests run in: a data folder of their own, and nothing of the person's own settings.

Importing this module does it, before Django reads its settings: the launcher imports it for
`manage.py test`, and pytest by its `-p` (see pyproject.toml). Servers that tests start inherit it.

PYTEST_DONT_REWRITE: there is no assertion here, and pytest may come upon it imported already.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="thinkalong-tests-"))

# Set, not deleted: a .env file beside manage.py fills only what is missing.
os.environ.update(
    {
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1],testserver",
        "CSRF_TRUSTED_ORIGINS": "",
        "DATABASE_URL": f"sqlite:///{FOLDER / 'thinkalong.sqlite3'}",
        "DATA_DIR": str(FOLDER),
        "DEBUG": "",
        "EMAIL_URL": "",
        "GEMINI_API_KEY": "",
        "GEMINI_AUTH": "x-goog-api-key",
        "GEMINI_BASE_URL": "http://127.0.0.1:1",
        "GEMINI_MODELS": "gemini-2.5-pro",
        "GEMINI_TITLE_MODEL": "",
        "HOST": "127.0.0.1",
        "LOG_LEVEL": "WARNING",
        "PORT": "8000",
        "REDIS_URL": "",
        "REHEARSAL_PACE": "1",
        "SECRET_KEY": "",
        "SIGNUP_OPEN": "",
    }
)
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
