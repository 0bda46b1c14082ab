"""Maintainers' tools: drift between NumPy versions, the sweep over seeds, errors of trainings."""
