"""How the service behaves under load, beside the bare framework in the same run."""
