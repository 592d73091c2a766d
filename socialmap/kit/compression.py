"""The only door to Flask-Compress: answers go over the wire packed, for phones and bad wifi.

Not the pages of who has a session: one that repeats what somebody typed beside the
secret of a form would tell by its packed size how alike the two are.
"""

from flask import Flask, Response, session
from flask_compress import Compress


def init_app(app: Flask) -> None:
    """Pack answers; call it before other rooms add theirs, for it must see the answer last."""
    app.config.setdefault("COMPRESS_REGISTER", False)
    app.config.setdefault("COMPRESS_MIMETYPES", list(PACKED))
    compress = Compress(app)

    @app.after_request
    def pack(response: Response) -> Response:
        if response.direct_passthrough and response.status_code == 200:
            # Our files are small: packed as a whole, for a packed stream closes no file.
            response.direct_passthrough = False
            response.get_data()
        holds_a_secret = session and response.mimetype == "text/html"
        return response if holds_a_secret else compress.after_request(response)


PACKED = (
    "application/geo+json",
    "application/javascript",
    "application/json",
    "image/svg+xml",
    "text/calendar",
    "text/css",
    "text/html",
    "text/javascript",
    "text/plain",
)
