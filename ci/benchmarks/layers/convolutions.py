"""Convolutions of images: batch, channels, height and width as the name says."""

from .layer import Layer, normal

ROWS = {
    "conv2d 64x1x28x28 to 32, kernel 5": Layer(
        lambda nn: nn.Conv2d(1, 32, 5),
        (normal(64, 1, 28, 28),),
    ),
    "conv2d 32x32x16x16 to 32, kernel 3": Layer(
        lambda nn: nn.Conv2d(32, 32, 3, padding=1),
        (normal(32, 32, 16, 16),),
    ),
    "conv2d 16x64x32x32 to 64, kernel 3, stride 2": Layer(
        lambda nn: nn.Conv2d(64, 64, 3, stride=2, padding=1),
        (normal(16, 64, 32, 32),),
    ),
    "conv2d 16x128x14x14 to 256, kernel 1": Layer(
        lambda nn: nn.Conv2d(128, 256, 1),
        (normal(16, 128, 14, 14),),
    ),
    "transposed 32x64x8x8 to 32, kernel 4, stride 2": Layer(
        lambda nn: nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1),
        (normal(32, 64, 8, 8),),
    ),
}
