"""The vectors, by finding."""
