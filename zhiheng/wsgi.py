"""WSGI entry point. Processes keep no state: any number may serve one database."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.settings")
application = get_wsgi_application()
