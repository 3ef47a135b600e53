"""Django's door, and the way in from a bare machine: python3 manage.py start."""

import sys

if __name__ == "__main__":
    # Before anything else is imported, and in words that any Python understands.
    if sys.version_info < (3, 11):
        sys.exit(
            "Thinkalong needs Python 3.11 or newer; this one is %d.%d. "
            "Run it with a newer one, as in: python3.12 manage.py start" % sys.version_info[:2]
        )

    from chatsite import launch

    sys.exit(launch.main(sys.argv))
