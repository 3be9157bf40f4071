"""A file as an answer: byte for byte, or one page of it as a picture."""

from flask import Response, request

from quarantine.keeper import WIDEST_PX
from terminal.web.guard import counter
from terminal.web.problems import BadRequestError
from terminal.web.sheets import draw_page


def file_answer(data: bytes, media_type: str, name: str = "") -> Response:
    """Return a file; with `?page=N&width=PX` one page of a PDF as a JPEG.

    Raises:
        BadRequestError: page or width is not a number within bounds.
        NotFoundError, BadMaterialError: the page cannot be drawn.
    """
    if media_type == "application/pdf" and "page" in request.args:
        page, width = (
            read_number("page", 1, 2000),
            read_number("width", 60, WIDEST_PX, default="900"),
        )
        picture, count = draw_page(counter().keeper, data, page, width)
        response = Response(picture, content_type="image/jpeg")
        response.headers["X-Page-Count"] = str(count)
        return response
    response = Response(data, content_type=media_type)
    if name:
        plain = "".join(c if c.isascii() and (c.isalnum() or c in "-.") else "-" for c in name)
        kind = media_type.rpartition("/")[2]
        response.headers["Content-Disposition"] = f'inline; filename="{plain}.{kind}"'
    return response


def read_number(name: str, least: int, most: int, *, default: str = "") -> int:
    """Return a number of the address. Raises: BadRequestError."""
    text = request.args.get(name, default)
    if not (text.isascii() and text.isdigit() and len(text) < 6 and least <= int(text) <= most):
        raise BadRequestError(((f"/{name}", "out of bounds"),))
    return int(text)
