"""Words and pages: catalogues, text, JSON and the reports that people read."""
