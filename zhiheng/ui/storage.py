"""Static files under names with their digest, compressed once; `zhiheng.ui.assets.collect` fills the place."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    def url(self, name: str, force: bool = False) -> str:
        """Every page asks for the same few addresses, some of them twenty times."""
        known = self.__dict__.setdefault("_addresses", {})
        key = name, force, self.base_url, self.hashed_files.get(name)
        if key not in known:
            known[key] = super().url(name, force)
        return known[key]

    def stored_name(self, name: str) -> str:
        try:
            return super().stored_name(name)
        except ValueError as missing:
            raise ImproperlyConfigured(
                f"没有静态文件 {name}。请执行 make setup 后重新启动；新增的静态文件也要重新启动后才有。"
            ) from missing
