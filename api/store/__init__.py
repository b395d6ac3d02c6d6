"""What is kept in the database; all SQL of the service is in this package and in the key store."""
