"""The one way the assistant reads a YAML file; `phrasings`, which trains models without it, has its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml reads ten times faster, where PyYAML was built with it."""


def read_yaml(path: Path) -> Any:
    """Return what a file holds: dicts, lists and plain values, None for an empty file.

    Raises:
        yaml.YAMLError, UnicodeDecodeError: it is no YAML in UTF-8.
    """
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 -- both loaders are safe ones; the rule knows yaml.safe_load alone
