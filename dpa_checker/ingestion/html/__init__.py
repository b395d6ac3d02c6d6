"""Web pages: what a browser would show, without one."""
