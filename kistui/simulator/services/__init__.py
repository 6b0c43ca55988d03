"""The TRs the simulator answers: one class each, in the modules of this package.

A module added here is imported on its own, and its services are registered by `@service`.
"""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)
