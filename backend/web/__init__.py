"""The office's web rooms: for terminals, for reviewers, for anybody."""

from flask import Flask
from jinja2 import ChoiceLoader, PackageLoader, StrictUndefined

from backend.web import bodies, problems, public
from backend.web.callers import Office
from backend.web.converters import CONVERTERS
from backend.web.headers import register_headers
from backend.web.language import register_language
from backend.web.pictures import EXTENSION, Pictures
from backend.web.rooms import ROOMS


def create_app(office: Office, pictures: Pictures | None = None) -> Flask:
    """Build the web application of one office."""
    app = Flask(__name__)
    app.request_class = bodies.MemoryRequest
    app.extensions["office"] = office
    app.extensions[EXTENSION] = pictures or Pictures()
    app.config["MAX_CONTENT_LENGTH"] = bodies.LARGEST_FORM
    app.config["MAX_FORM_MEMORY_SIZE"] = bodies.LARGEST_JSON
    app.config["MAX_FORM_PARTS"] = 200
    app.jinja_env.undefined = StrictUndefined
    places = [PackageLoader("backend.web"), PackageLoader("registration", "pages")]
    app.jinja_env.loader = ChoiceLoader(places)
    app.url_map.converters |= CONVERTERS
    register_language(app)
    for room in ROOMS:
        app.register_blueprint(room.bp)
    problems.register_problems(app)
    register_headers(app)
    public.register_counters(app)
    return app
