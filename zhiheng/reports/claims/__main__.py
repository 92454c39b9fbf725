"""`python -m zhiheng.reports.claims FILE`"""

import sys

from .commands import main

sys.exit(main())
