"""Real processes that are killed, frozen and cut off. A package, so that what runs ends with it."""
