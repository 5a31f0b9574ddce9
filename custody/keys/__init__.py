"""The only code that holds secrets."""
