"""How quickly the dashboard shows a large portfolio and a long contract, in a browser."""
