"""A KIS server on loopback: the real protocol, made-up accounts, faults on request.

It shares no code with the client, so that neither can hide a mistake of the other.

    with Simulator(Options(scene="many")) as simulator:
        ...  # point any KIS client at simulator.url
"""

from kistui.simulator import manners
from kistui.simulator.customers import Account
from kistui.simulator.options import Options
from kistui.simulator.recording import RecordedRequest
from kistui.simulator.replies import Reply, refusal
from kistui.simulator.scenes import SCENES, Scene
from kistui.simulator.server import Simulator

__all__ = [
    "SCENES",
    "Account",
    "Options",
    "RecordedRequest",
    "Reply",
    "Scene",
    "Simulator",
    "manners",
    "refusal",
]
