"""What was shown, what was not, and why: claims, findings and the report that holds them."""
