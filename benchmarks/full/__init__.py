"""The whole set of checks and measurements, one after the other, and the page that says how they ended."""
