"""Summarises release notes."""
