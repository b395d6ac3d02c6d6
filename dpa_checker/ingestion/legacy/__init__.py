"""Formats of before 2007: compound files, and conversion by LibreOffice."""
