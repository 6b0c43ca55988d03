"""Keys of the right lengths, and files that hold them."""

import json
from pathlib import Path

KEY, SECRET = "PS" + "k" * 30 + "ab12", "s" * 179 + "="
OTHER, OTHER_SECRET = "PS" + "p" * 30 + "cd34", "t" * 179 + "="

YAML = f"""#
my_app: "{KEY}"
my_sec: "{SECRET}"
paper_app: {OTHER}
paper_sec: "{OTHER_SECRET}"
my_htsid: "id"
my_acct_stock: 01234567
my_acct_future: "99999999"
my_paper_stock: "50071234"
my_prod: 01
prod: "https://openapi.koreainvestment.com:9443"
"""

SOURCES = {
    "kis_devlp.yaml": YAML,
    "secret.json": json.dumps({"appkey": KEY, "secretkey": SECRET, "virtual": False}),
    "koreainvestment.key": f"{KEY}\n{SECRET}\n12345678-01\n",
    ".env": f"KIS_APP_KEY={KEY}\nKIS_APP_SECRET={SECRET}\n",
}


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
