"""Starts the emulator: `PYTHONPATH=test/deploy python -m emulator.server PORT`, on the loopback address alone.

It prints `ready` when modules are loaded, and ends when its standard input is closed, so that it never outlives who started it.
"""

import os
import sys
import threading

# Read when moto is loaded: roles then can only be given policies that AWS has.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

import moto
from moto.server import main as serve

from . import api

MOTO = "5.2.1"


def main(port: str) -> None:
    if moto.__version__ != MOTO:
        sys.exit(f"this emulator is made for moto {MOTO} and found {moto.__version__}: pip install 'moto[server]=={MOTO}'")
    api.install()
    threading.Thread(target=end_with_parent, daemon=True).start()
    print("ready", flush=True)
    serve(["--host", "127.0.0.1", "--port", port])


def end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
