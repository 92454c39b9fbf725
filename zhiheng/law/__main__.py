"""``python -m zhiheng.law``: the law's commands without the rest of the system."""

import sys

from .commands import main

sys.exit(main())
