"""Use cases, one package for each capability.

Each reads, asks the domain for a decision, and stores it in one transaction.
"""
