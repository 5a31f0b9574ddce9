"""The numbered proof: from a bundle and a trust to a report."""
