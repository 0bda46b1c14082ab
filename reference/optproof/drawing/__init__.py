"""Figures: matplotlib, and nothing that judges."""
