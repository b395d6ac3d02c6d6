"""Rich Text Format, by an own reader."""
