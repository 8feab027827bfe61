"""Everything in a real browser. A package, so that what it starts together ends with it."""
