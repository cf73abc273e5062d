"""``python -m gpugrad`` is the command ``gpugrad``."""

import sys

from .cli import main

sys.exit(main())
