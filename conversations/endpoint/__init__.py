"""The streaming model endpoint: its protocol, and one request through it. No Django in here."""
