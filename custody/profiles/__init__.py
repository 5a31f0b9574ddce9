"""What a forum asks of evidence, as data, and what is missing of it, before the seal and after it."""
