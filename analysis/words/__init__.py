"""Sentences, pages and evidence for a reader, in Chinese and English."""
