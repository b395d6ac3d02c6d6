"""Where bytes come from: files, and archives taken apart within limits."""
