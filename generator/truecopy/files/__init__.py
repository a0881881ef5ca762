"""The disk: where a workspace keeps its files, and the only place that writes."""
