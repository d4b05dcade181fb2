"""Tests mirror the rooms: tests/<app>/<room>/test_*.py; what they share lies here."""
