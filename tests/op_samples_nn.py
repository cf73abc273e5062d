"""Samples of products and of what neural networks are made of."""

from sample import Sample

SAMPLES: dict[str, list[Sample]] = {}
