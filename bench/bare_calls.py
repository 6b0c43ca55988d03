"""The calls of `kistui balance --format json` with a cached token, and nothing around them.

It finds the token where kistui keeps it, reads every page and prints the JSON.
"""

import json
import os
import tomllib
from pathlib import Path

import httpx

from bench.query import PATH, headers, params


def cached_token() -> str:
    """The one token in the state folder."""
    folder = Path.home() / ".local/state/kistui/tokens"
    for path in folder.glob("*.toml"):
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        if "token" in found:
            return str(found["token"]["value"])
    raise LookupError("no token is cached")


def read(client: httpx.Client, token: str) -> list[dict[str, object]]:
    """Every page's body."""
    bodies, condition, key, more = [], "", "", ""
    while True:
        answer = client.get(
            PATH, params=params(condition, key), headers=headers(token) | {"tr_cont": more}
        )
        body = answer.json()
        bodies.append(body)
        if answer.headers["tr_cont"] not in {"F", "M"}:
            return bodies
        condition, key, more = body["ctx_area_fk100"], body["ctx_area_nk100"], "N"


if __name__ == "__main__":
    url = os.environ["KISTUI_BASE_URL"]
    # Loopback: neither certificates nor a proxy are looked for, as kistui does not either.
    with httpx.Client(base_url=url, verify=False, trust_env=False) as client:
        print(json.dumps(read(client, cached_token()), ensure_ascii=False, indent=1))
