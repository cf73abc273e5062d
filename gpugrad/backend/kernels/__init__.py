"""Kernels: their text found, compiled for a host or a device, kept on disk and started."""
