"""Where manifests lie: in a folder. Each is written as a whole."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from app.core.storage.local import make_folder, sync_folder


class FolderShelf:
    """Small files in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, content: bytes) -> None:
        make_folder(self.root)
        draft = self.root / f".{name}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(descriptor)
            draft.rename(self.root / name)
            sync_folder(self.root)
        finally:
            draft.unlink(missing_ok=True)

    def read(self, name: str) -> bytes:
        return (self.root / name).read_bytes()

    def names(self) -> list[str]:
        return [path.name for path in self.root.iterdir()] if self.root.exists() else []

    def delete(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)
