"""The checks of `kistui doctor`, which change nothing and request no token."""

from kistui.doctor.local import check_disk, check_machine
from kistui.doctor.network import check_network_settings, check_servers

__all__ = ["check_disk", "check_machine", "check_network_settings", "check_servers"]
