"""The addresses of the review page. All of them are relative to the token (`guard`).

    /                     the page
    /start.json           who reviews, which queues and submissions there are
    /queue.json           the lines of a queue and their states
    /item.json            one line: its card, what was decided, and the buttons
    /sheet.json           one page with its mentions
    /page.webp /crop.webp pictures
    /organizations.json   names to choose from
    /version.json         changes whenever somebody decides
    /decide /undo /words /suggest /add   take JSON

What goes wrong is answered with a sentence: 404 when something is not there, 409 when somebody else decided in the
meantime, 422 when a decision cannot be taken, by field where it is about one.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from jinja2 import ChoiceLoader, Environment, PackageLoader
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline import countries, store
from pipeline.changes.judgement import LOW_CONFIDENCE
from pipeline.corrections import Correction, CorrectionError
from pipeline.gazetteers import currencies
from pipeline.records import KINDS
from pipeline.review import desk as desks
from pipeline.review import forms, subjects
from pipeline.review.asked import Adding, Boxing, Deciding, Spanning, Undoing
from pipeline.review.decisions import Conflict, Known
from pipeline.review.desk import Desk, Queue
from pipeline.review.forms import Mistake
from pipeline.review.guard import Guard
from pipeline.review.pictures import LATE
from pipeline.review.queues import MOST
from pipeline.review.rendering import Drawn
from pipeline.review.subjects import Gone, Refused, Standing, Subject
from pipeline.views import cards, words

TABS: dict[Queue, str] = {
    "changes": "Changes",
    "unsure": "Low confidence",
    "problems": "Problems",
    "decisions": "Decisions",
}
SHORTCUTS = (
    (("j", "k"), "next and previous line"),
    (("a",), "accept"),
    (("r",), "reject: this is no mention"),
    (("e",), "edit the value; Enter saves, Esc leaves"),
    (("o",), "the old value is right, or: put back what is gone"),
    (("u",), "undo the decision shown, or else your last one"),
    (("c",), "comment on the next decision"),
    (("p",), "show or hide the page"),
    (("[", "]"), "page before, page after"),
    (("z",), "the page larger or smaller"),
    (("b",), "draw a box on the page to add a mention"),
    (("/",), "search"),
    (("?",), "this help"),
)
SCRIPTS = ("asking.js", "queue.js", "line.js", "sheet.js", "adding.js", "review.js")
"""In the order in which they are loaded; they share their names."""
ASSETS = {"cards.css": "text/css", "review.css": "text/css", **dict.fromkeys(SCRIPTS, "text/javascript")}
NOTHING_TO_DECIDE = (
    "This row follows from the page and the rules; there is nothing to decide on here. When it is wrong, write down "
    "the page and what a person reads there, and ask for a better rule."
)
IS_A_PROBLEM = "What to do about it is said above; there is nothing to decide on here."
MOST_NAMES = 50
PIXELS_A_POINT = 1.6
"""Of a page on a screen that has room for it; only the shape matters before the picture is there."""
T = TypeVar("T")
STATES = {"accept": "Accepted", "reject": "Rejected", "edit": "Edited", "add": "Added", "undo": "Took back"}


def make_app(desk: Desk, token: str, port: int) -> ASGIApp:
    """The whole application behind its guard."""
    pages = _Pages(desk)
    routes = [
        Route("/", _answered(pages.index)),
        Route("/start.json", _answered(pages.start)),
        Route("/queue.json", _answered(pages.queue)),
        Route("/item.json", _answered(pages.item)),
        Route("/sheet.json", _answered(pages.sheet)),
        Route("/organizations.json", _answered(pages.organizations)),
        Route("/version.json", _answered(pages.version)),
        Route("/page.webp", _answered(pages.page_picture)),
        Route("/crop.webp", _answered(pages.crop_picture)),
        Route("/assets/{name}", _answered(pages.asset)),
        Route("/decide", _answered(pages.decide), methods=["POST"]),
        Route("/undo", _answered(pages.undo), methods=["POST"]),
        Route("/words", _answered(pages.words), methods=["POST"]),
        Route("/suggest", _answered(pages.suggest), methods=["POST"]),
        Route("/add", _answered(pages.add), methods=["POST"]),
    ]
    troubles = {404: _not_found, 405: _not_found, 500: _fault}
    return Guard(Starlette(routes=routes, exception_handlers=troubles), token, port, pages.refusal)


async def _not_found(request: Request, error: Exception) -> Response:
    message = "There is no such page here. Open the address that `pipeline review` printed."
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(f"<!doctype html><title>Not here</title><p>{message}</p>", 404)
    return _json({"message": message}, 404)


async def _fault(request: Request, error: Exception) -> Response:
    return _json(
        {"message": "Something is wrong in the review itself; its terminal says what. Open the page again."}, 500
    )


def _answered(work: Callable[[Request, bytes], Response]) -> Callable[[Request], Any]:
    """An endpoint that does its work in a thread, and answers in words when something goes wrong."""

    async def endpoint(request: Request) -> Response:
        body = await request.body()
        return await run_in_threadpool(_in_words, work, request, body)

    return endpoint


def _in_words(work: Callable[[Request, bytes], Response], request: Request, body: bytes) -> Response:
    try:
        return work(request, body)
    except Gone as error:
        return _json({"message": str(error)}, 404)
    except Mistake as error:
        return _json({"message": error.fields.get("", ""), "fields": error.fields}, 422)
    except (Refused, CorrectionError) as error:
        return _json({"message": str(error)}, 422)
    except msgspec.DecodeError as error:
        return _json({"message": f"This was not understood: {error}. Open the page again."}, 422)
    except store.StoreError as error:
        return _json({"message": f"{error.strerror} Nothing was saved."}, 503)


class _Pages:
    """The endpoints."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._templates = _environment()

    # What is looked at

    def index(self, request: Request, body: bytes) -> Response:
        desk = self._desk
        tabs = [(name, TABS[name]) for name in desk.queues] + [("pages", "Pages")]
        return self._html(
            "review.html",
            names=[words.visible(name) for name in desk.names],
            tabs=tabs,
            scripts=SCRIPTS,
            shortcuts=SHORTCUTS,
            kinds=KINDS,
            forms=forms.FIELDS,
            usual={kind: forms.shown(kind, None, {}) for kind in KINDS},
            countries=sorted(country.name for country in countries.by_code().values()),
            currencies=_currency_names(),
            log=words.visible(str(desk.log.path)),
        )

    def start(self, request: Request, body: bytes) -> Response:
        desk = self._desk
        known = self._known()
        return _json(
            {
                "reviewer": desk.reviewer,
                "reviewers": known.reviewers,
                "queues": desk.queues,
                "files": self._files(),
                "notice": desk.notice(known),
                "version": len(known.data),
            }
        )

    def queue(self, request: Request, body: bytes) -> Response:
        name = request.query_params.get("name", "")
        if name not in self._desk.queues:
            raise Gone("There is no such queue. Choose one of those at the top.")
        known = self._known()
        below, of = _confidence(request.query_params.get("below", "")), request.query_params.get("of", "")
        lines = self._desk.entries(name, below, of)
        states = self._desk.states(lines, known)
        cut = (
            f"Only the first {MOST:,} lines are shown; decide on them, or choose a submission."
            if len(lines) >= MOST
            else ""
        )
        notice = " ".join(text for text in (self._desk.notice(known), cut) if text)
        return _json({"lines": lines, "states": states, "version": len(known.data), "notice": notice})

    def item(self, request: Request, body: bytes) -> Response:
        return _json(self._item(request.query_params.get("id", ""), self._known()))

    def sheet(self, request: Request, body: bytes) -> Response:
        of, page_number = _page_asked(request)
        sheet = self._desk.sheet(of, page_number, self._known())
        drawn = self._desk.pictures.page(of, page_number, desks.PATIENCE)
        figures = Counter(mention.kind for mention in sheet.mentions)
        html = self._text(
            "sheet.html",
            sheet=sheet,
            files=[(submission_id, name) for submission_id, name, _ in self._files()],
            before=max((n for n in sheet.pages if n < page_number), default=""),
            after=min((n for n in sheet.pages if n > page_number), default=""),
            legend=[(kind, figures[kind]) for kind in KINDS],
            trouble="" if drawn is LATE else drawn.trouble,
            width=round(PIXELS_A_POINT * sheet.width),
            height=round(PIXELS_A_POINT * sheet.height),
        )
        lines = [(item.mention_id, item.kind, item.text, item.value, item.state) for item in sheet.mentions]
        return _json({"html": html, "mentions": lines})

    def organizations(self, request: Request, body: bytes) -> Response:
        asked = request.query_params.get("q", "").casefold().split()
        names = sorted(set(self._desk.new.organizations.values()))
        found = [name for name in names if all(part in name.casefold() for part in asked)]
        return _json(found[:MOST_NAMES])

    def version(self, request: Request, body: bytes) -> Response:
        known = self._known()
        return _json({"version": len(known.data), "notice": self._desk.notice(known)})

    def page_picture(self, request: Request, body: bytes) -> Response:
        of, page_number = _page_asked(request)
        if page_number not in self._desk.new.page_sizes.get(of, {}):
            raise Gone("There is no such page in these tables.")
        return _picture(self._desk.pictures.page(of, page_number))

    def crop_picture(self, request: Request, body: bytes) -> Response:
        boxes = tuple(desks.decoded(text) for text in request.query_params.getlist("box"))
        if not boxes or None in boxes:
            raise Gone("There is no such place on a page.")
        drawn = self._desk.pictures.crop(request.query_params.get("of", ""), boxes)  # type: ignore[arg-type]
        return _picture(drawn)

    def asset(self, request: Request, body: bytes) -> Response:
        name = request.path_params["name"]
        if name not in ASSETS:
            raise Gone("There is no such file here.")
        loader = self._templates.loader
        assert loader is not None
        text = loader.get_source(self._templates, name)[0]
        return Response(text, media_type=ASSETS[name])

    # What is decided

    def decide(self, request: Request, body: bytes) -> Response:
        asked = _decoded(body, Deciding)
        try:
            made = self._desk.decide(
                asked.id, asked.action, who=asked.who, why=asked.why, version=asked.version, typed=asked.value
            )
        except Conflict as conflict:
            return self._conflict(asked.id, conflict)
        return self._done(made, asked.id)

    def undo(self, request: Request, body: bytes) -> Response:
        asked = _decoded(body, Undoing)
        try:
            target = self._desk.undo(asked.decision, who=asked.who, why=asked.why)
        except Conflict as conflict:
            return self._conflict(asked.id, conflict)
        said = f"Taken back: “{words.visible(target.text)}”"
        return _json({"said": said, **self._seen(asked.id or target.mention_id)})

    def words(self, request: Request, body: bytes) -> Response:
        asked = _decoded(body, Boxing)
        return _json(self._desk.words_in(asked.of, asked.page, asked.box))

    def suggest(self, request: Request, body: bytes) -> Response:
        asked = _decoded(body, Spanning)
        return _json(self._desk.suggest(asked.of, asked.section_id, asked.field, (asked.start, asked.end)))

    def add(self, request: Request, body: bytes) -> Response:
        asked = _decoded(body, Adding)
        span = asked.start, asked.end
        place = asked.of, asked.section_id, asked.field, span, asked.kind
        try:
            made = self._desk.add(*place, who=asked.who, why=asked.why, typed=asked.value)
        except Conflict as conflict:
            return self._conflict("", conflict)
        assert made.mention is not None
        return self._done(made, made.mention.mention_id)

    def _done(self, made: Correction, item_id: str) -> Response:
        text = words.visible(made.mention.text) if made.mention else ""
        said = f"{STATES.get(made.decision, 'Decided')}: “{text}”"
        return _json({"said": said, "decision": made.id, **self._seen(item_id)})

    def _seen(self, item_id: str) -> dict[str, Any]:
        """The line as it is now, and its state; nothing of it when it is gone."""
        known = self._known()
        try:
            item = self._item(item_id, known)
        except Gone:
            item = {"html": "", "state": "open", "who": ""}
        return {**item, "version_of_all": len(known.data)}

    def _conflict(self, item_id: str, conflict: Conflict) -> Response:
        other = conflict.other
        if other is None:
            did = "Somebody took the decision back"
        else:
            did = f"{words.visible(other.who)} decided ({other.decision})"
        message = f"{did} while this page showed an older state. Nothing of yours was saved; look and decide again."
        return _json({"message": message, **self._seen(item_id)}, 409)

    # Parts

    def _item(self, item_id: str, known: Known) -> dict[str, Any]:
        desk = self._desk
        view = desk.card(item_id, known)
        subject = desk.subject(item_id, known)
        place: dict[str, Any] = {"id": item_id, "of": "", "page": None, "mention": ""}
        if subject is None:
            advice = IS_A_PROBLEM if view.group == "problems" else NOTHING_TO_DECIDE
            html = self._text("item.html", view=view, now=None, advice=advice)
            return {"html": html, "state": "open", "who": "", **place, **self._page_of(view)}
        now = subjects.standing(subject, known)
        html = self._text(
            "item.html",
            view=view,
            now=now,
            who=words.visible(now.decision.who) if now.decision else "",
            why=words.visible(now.decision.why) if now.decision else "",
            effect=self._effect(subject, now),
            form=forms.FIELDS[subject.kind],
            shown=forms.shown(subject.kind, now.value, desk.new.organizations),
            actions=_actions(subject, now),
            history=_history(known, subject),
        )
        place |= {"of": subject.row["submission_id"], "page": view.page_number, "mention": subject.target.mention_id}
        if subject.is_gone:
            page = self._page_back(subject)
            ghost = [box.bbox for box in subject.boxes if box.page_number == page]
            place |= {"mention": subject.back.mention_id if subject.back else "", "page": page, "ghost": ghost}
        decision = now.decision.id if now.decision else ""
        who = words.visible(now.decision.who) if now.decision else ""
        late = desk.is_late(item_id, known)
        standing = {"state": now.state, "who": who, "version": now.version, "undo": decision, "late": late}
        return {"html": html, **standing, **place}

    def _files(self) -> list[tuple[str, str, list[int]]]:
        """Submissions whose pages can be looked at: id, name and page numbers."""
        side = self._desk.new
        found = [
            (submission_id, words.visible(row["file_name"]), sorted(side.page_sizes.get(submission_id, ())))
            for submission_id, row in side.files.items()
        ]
        return [item for item in found if item[2]]

    def _page_of(self, view: cards.CardView) -> dict[str, Any]:
        for submission_id, row in self._desk.new.files.items():
            if view.page_number and words.visible(row["file_name"]) == view.file_name:
                return {"of": submission_id, "page": view.page_number}
        return {}

    def _page_back(self, subject: Subject) -> int | None:
        """The page on which what is gone was, when it is in the new extraction."""
        page: int | None = subject.row["page_number"]
        return page if page in self._desk.new.page_sizes.get(subject.row["submission_id"], {}) else None

    def _effect(self, subject: Subject, now: Standing) -> str:
        if now.state in ("edited", "added") and now.value is not None:
            return self._desk.value_words(subject.kind, now.value)
        if now.state == "stale" and now.decision is not None and now.decision.value is not None:
            return self._desk.value_words(subject.kind, subjects.typed(subject.kind, now.decision.value))
        return ""

    def _known(self) -> Known:
        return self._desk.log.read()

    def _html(self, template: str, **facts: Any) -> Response:
        return HTMLResponse(self._text(template, **facts))

    def _text(self, template: str, **facts: Any) -> str:
        text: str = self._templates.get_template(template).render(**facts)
        return text

    def refusal(self, reason: str) -> ASGIApp:
        """The answer to who may not ask."""
        answer = HTMLResponse(self._text("refusal.html", title="This page is not for you to open", reason=reason), 403)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await answer(scope, receive, send)

        return app


def _history(known: Known, subject: Subject) -> list[tuple[str, str, str, str]]:
    """All decisions about a subject when there is more to tell than the last one: what, who, when, why."""
    found = known.history(subject.mention_ids)
    told = [(STATES[item.decision], words.visible(item.who), item.when, words.visible(item.why)) for item in found]
    return told if len(told) > 1 else []


def _actions(subject: Subject, now: Standing) -> list[tuple[str, str, str, str, bool]]:
    """The buttons: what they do, label, key, description, and whether they do anything now."""
    decided = now.decision is not None
    if subject.is_gone:
        back = subject.back is not None
        return [
            ("accept", "Agree: it is gone", "a", "The mention is rightly gone", now.state in ("open", "stale")),
            ("restore", "Put back", "o", "It is there all the same", back and now.state != "added"),
            ("edit", "Edit", "e", "Put back with another value", back),
            ("undo", "Undo", "u", "Take the decision back", decided),
        ]
    accepts = now.state in ("open", "stale", "rejected")
    found = [
        ("accept", "Accept", "a", "The value is right", accepts),
        ("reject", "Reject", "r", "This is no mention", now.state != "rejected"),
        ("edit", "Edit", "e", "The value is another one", now.state != "rejected"),
    ]
    if subject.before is not None and subjects.differs(subject):
        found.append(
            ("restore", "Old value", "o", "The value before was right", now.state not in ("rejected", "edited"))
        )
    return [*found, ("undo", "Undo", "u", "Take the decision back", decided)]


def _confidence(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return LOW_CONFIDENCE


def _page_asked(request: Request) -> tuple[str, int]:
    page = request.query_params.get("page", "")
    if not (page.isascii() and page.isdecimal() and len(page) < 7):
        raise Gone("There is no such page.")
    return request.query_params.get("of", ""), int(page)


def _picture(drawn: Drawn) -> Response:
    if drawn.trouble:
        raise Gone(drawn.trouble)
    return Response(drawn.picture, media_type="image/webp", headers={"Cache-Control": "private, max-age=3600"})


def _currency_names() -> list[tuple[str, str]]:
    names: dict[str, str] = {}
    for name, code in currencies.load().names.items():
        if code and len(name) > len(names.get(code, "")):
            names[code] = name
    return [(code, names.get(code, code)) for code in sorted(currencies.load().codes)]


def _decoded(body: bytes, type_: type[T]) -> T:
    return msgspec.json.decode(body, type=type_)


def _json(value: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def _environment() -> Environment:
    """The templates of the review page and of the cards."""
    environment = cards.environment()
    assert environment.loader is not None
    environment.loader = ChoiceLoader([PackageLoader("pipeline.review", "assets"), environment.loader])
    return environment
