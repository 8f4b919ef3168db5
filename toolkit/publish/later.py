"""Modules that take long to import, of which a library wants one function that few call."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType


@contextmanager
def later(module: str, function: str) -> Iterator[None]:
    """What is imported in here gets a function that imports its module when it is called.

    Nothing else changes: whoever imports the module afterwards has the module.
    """

    def called(*values: object, **options: object) -> object:
        return getattr(import_module(module), function)(*values, **options)

    if module in sys.modules:
        yield
        return
    sys.modules[module] = ModuleType(module)
    setattr(sys.modules[module], function, called)
    try:
        yield
    finally:
        del sys.modules[module]
