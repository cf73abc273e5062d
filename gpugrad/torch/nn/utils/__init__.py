"""torch.nn.utils: clipping, parametrizations, packed sequences."""
