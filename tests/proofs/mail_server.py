"""A mail server as a process of its own, to be killed: writes down each mail, then takes it.

Usage: python -m tests.proofs.mail_server PORT FILE SECONDS. A mail stands on the disk before
the server says so, SECONDS later: who is killed in between has sent it without knowing.
"""

import asyncio
import json
import os
import sys
import time
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.smtp import SMTP


class Postbox:
    """What came in, a line of JSON for each mail."""

    def __init__(self, file: Path, seconds: float) -> None:
        self.file, self.seconds = file, seconds

    async def handle_DATA(self, _server, _session, envelope):
        with self.file.open("a") as lines:
            lines.write(json.dumps(_told(envelope)) + "\n")
            lines.flush()
            os.fsync(lines.fileno())
        await asyncio.sleep(self.seconds)
        return "250 OK"


def _told(envelope) -> dict[str, object]:
    return {
        "at": time.monotonic(),
        "message_id": message_from_bytes(envelope.content)["Message-ID"],
        "sender": envelope.mail_from,
    }


async def listen(port: int, postbox: Postbox) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(postbox, loop=loop), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(listen(int(sys.argv[1]), Postbox(Path(sys.argv[2]), float(sys.argv[3]))))
