"""The browser's side: the socket, its frames, and the page."""
