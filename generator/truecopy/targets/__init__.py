"""Output languages."""
