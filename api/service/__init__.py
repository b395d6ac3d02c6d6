"""What the service does, without HTTP: accounts, contracts, jobs and retention."""
