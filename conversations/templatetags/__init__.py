"""What templates need of the chat."""
