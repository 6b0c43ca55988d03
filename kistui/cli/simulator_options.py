"""The simulator's options from the command line."""

from dataclasses import replace
from typing import TYPE_CHECKING

from kistui.errors import UnknownSceneError
from kistui.simulator import SCENES, SimulatorOptions

if TYPE_CHECKING:
    from argparse import Namespace


def demo_simulator_options(options: "Namespace") -> SimulatorOptions:
    """Options with the scene asked for; raises UnknownScene."""
    if options.scene not in SCENES:
        raise UnknownSceneError(name=options.scene, known=", ".join(SCENES))
    return SimulatorOptions(scene=options.scene)


def simulator_options(options: "Namespace") -> SimulatorOptions:
    """All that `kistui simulator` can be told; raises UnknownScene."""
    return replace(
        demo_simulator_options(options),
        environment="paper" if options.paper else "real",
        holdings=options.holdings,
        rate_limits=options.rate_limits,
        port=options.port,
        overseas=not options.no_abroad,
    )


def format_scene_list() -> str:
    """Every scene and what it shows, for the help."""
    width = max(map(len, SCENES)) + 2
    return "\n".join(f"  {name:{width}}{scene.description}" for name, scene in SCENES.items())
