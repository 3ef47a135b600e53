"""The one application: a folder for each role, each importing only those above it."""
