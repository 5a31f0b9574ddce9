"""Views of a bundle in other vocabularies: PROV, PREMIS, CASE. Unsigned, and only of what is open."""
