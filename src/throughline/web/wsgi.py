"""The WSGI application of one process; THROUGHLINE_PROCESS says which."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughline.settings")

application = get_wsgi_application()

# What every page stands on lives as long as the process: the collector need not walk it again and again.
gc.collect()
gc.freeze()
