"""WSGI entry point. Processes keep no state: any number may serve one database."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.settings")
pages = get_wsgi_application()

from zhiheng.audit.beginning import not_ready  # noqa: E402 - models are there only now
from zhiheng.serving.edge import Edge  # noqa: E402

application = Edge(pages, not_ready)
