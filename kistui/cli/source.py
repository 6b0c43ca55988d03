"""Where the account comes from: the environment, or the simulator for `--demo`."""

import os
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kistui.clock import Clock, system_clock
from kistui.model.account import AccountNumber, Credentials, Environment, Profile

if TYPE_CHECKING:
    from kistui.session import Session
    from kistui.simulator import Simulator


@dataclass(frozen=True)
class Source:
    """A profile, and a way to a session with it; nothing is imported or sent before `connect`."""

    profile: Profile
    connect: "Callable[[], Session]"


@contextmanager
def open_source(options: Namespace) -> Iterator[Source]:
    """The source the options ask for; the demo's server ends with it. Raises SetupError."""
    if not options.demo:
        yield from_environment()
        return
    from kistui.cli.scenes import scene_options
    from kistui.simulator import Simulator

    with Simulator(scene_options(options)) as simulator:
        yield from_simulator(simulator)


def from_environment() -> Source:
    """The account in `KIS_APP_KEY` and its kin."""
    from kistui.store.environment import read_environment

    profile, credentials = read_environment(os.environ)

    def connect() -> "Session":
        from kistui.client import KisClient
        from kistui.session import Session

        client = KisClient(profile.environment, base_url=profile.base_url)
        return Session(profile, credentials, client)

    return Source(profile, connect)


def from_simulator(simulator: "Simulator", clock: Clock = system_clock) -> Source:
    """The simulator's account; only the host differs from what a user with an account runs."""
    account = AccountNumber.parse(simulator.account)
    credentials = Credentials.parse(simulator.app_key, simulator.app_secret)
    profile = Profile("demo", Environment.REAL, account, simulator.url, is_demo=True)

    def connect() -> "Session":
        from kistui.client import Gates, KisClient
        from kistui.session import Session

        client = KisClient(
            profile.environment, base_url=profile.base_url, gates=Gates.open(), clock=clock
        )
        return Session(profile, credentials, client, clock)

    return Source(profile, connect)
