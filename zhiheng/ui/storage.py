"""Static files under names with their digest, compressed once; `zhiheng.ui.assets.collect` fills the place."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    def stored_name(self, name: str) -> str:
        try:
            return super().stored_name(name)
        except ValueError as missing:
            raise ImproperlyConfigured(
                f"没有静态文件 {name}。请执行 make setup 后重新启动；新增的静态文件也要重新启动后才有。"
            ) from missing
