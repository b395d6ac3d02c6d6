"""HTTP: routes, who may use them, and answers."""
