"""The TRs that the simulator answers: a class for each, in the modules of this package.

Importing the package imports all of them, and `@service` registers their classes.
"""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)
