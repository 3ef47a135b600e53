"""What people keep, find and put in order."""
