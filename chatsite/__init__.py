"""The site: settings, addresses, the ASGI application and the launcher."""
