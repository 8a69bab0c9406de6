"""网页服务的入口:``granian --interface wsgi jiuzhu.config.wsgi:application``。"""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiuzhu.config.settings")

if not settings.SECRET_FILE.is_file():
    raise ImproperlyConfigured(f"找不到密钥文件 {settings.SECRET_FILE}:请用 `jiuzhu up` 启动,或先生成该文件。")

application = get_wsgi_application()
