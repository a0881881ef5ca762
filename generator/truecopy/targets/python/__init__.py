"""The Python target: from the IR to finished pages, one for each file that is written."""
