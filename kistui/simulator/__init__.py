"""A simulated KIS server on loopback: the real protocol, sample accounts and optional faults.

It shares no code with the client, so that a mistake in one is not hidden by the other.

    with Simulator(SimulatorOptions(scene="many")) as simulator:
        ...  # point any KIS client at simulator.url
"""

from kistui.simulator import body_writers
from kistui.simulator.options import Account, SimulatorOptions
from kistui.simulator.request import RecordedRequest
from kistui.simulator.responses import Response, error_response
from kistui.simulator.scenes import SCENES, Scene
from kistui.simulator.simulator import Simulator

__all__ = [
    "SCENES",
    "Account",
    "RecordedRequest",
    "Response",
    "Scene",
    "Simulator",
    "SimulatorOptions",
    "body_writers",
    "error_response",
]
