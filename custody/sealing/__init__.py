"""From a draft to a sealed bundle."""
