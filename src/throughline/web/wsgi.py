"""The WSGI application of one process; THROUGHLINE_PROCESS says which."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughline.settings")

application = get_wsgi_application()
