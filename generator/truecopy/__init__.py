"""Turns hand-written specs of API documents into typed Python clients."""

__version__ = "0.1.0"
