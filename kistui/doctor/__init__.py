"""A look at everything kistui needs on this machine. It changes nothing and asks for no token."""

from kistui.doctor.disk import look_at_disk
from kistui.doctor.machine import look_at_machine
from kistui.doctor.network import look_at_network, look_at_settings

__all__ = ["look_at_disk", "look_at_machine", "look_at_network", "look_at_settings"]
