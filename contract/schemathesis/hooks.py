"""What every request of a run gets, and what is kept of its answer."""

import atexit
import json
import os
import random
import re
import uuid
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import schemathesis

KEY = "Idempotency-Key"
KEY_PATTERN = re.compile(r'(?:[!#-~][!-~]{15,254}|"(?:[!#-\[\]-~]|\\["\\]){16,255}")')
ID_PATTERN = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CURSOR_PATTERN = re.compile(r"[A-Za-z0-9_-]{1,400}")
FOLDER = Path(os.environ["CONTRACT_FOLDER"])

chance = random.Random(0)
answers: Counter = Counter()
unstorable: Counter = Counter()
receipts: dict[str, str] = {}
skus: list[str] = []
cursors: dict[str, str] = {}


@schemathesis.hook
def before_call(context, case, kwargs):
    fresh_key(case)
    known_order(case)
    known_product(case)
    known_cursor(case)
    short_wait(case)
    payable_total(case)
    half_a_pair(case, kwargs)


def fresh_key(case):
    """A key that is well-formed becomes a fresh one: two orders under one key are a 422, and rightly."""
    if case.headers and KEY_PATTERN.fullmatch(str(case.headers.get(KEY, ""))):
        case.headers[KEY] = f"contract-{uuid.uuid4()}"


def known_order(case):
    """Most well-formed ids become those of orders that were accepted, or nothing but 404 would be seen."""
    order = str((case.path_parameters or {}).get("id", ""))
    if not ID_PATTERN.fullmatch(order) or order in receipts or not receipts or chance.random() < 0.2:
        return
    order = chance.choice(list(receipts))
    case.path_parameters["id"] = order
    if isinstance(case.query, dict) and "receipt" in case.query:
        case.query["receipt"] = receipts[order]


def known_product(case):
    """Reading a product that nobody put is a 404; half of the reads get one that was put."""
    if case.method.upper() == "GET" and "sku" in (case.path_parameters or {}) and skus and chance.random() < 0.5:
        case.path_parameters["sku"] = chance.choice(skus)


def known_cursor(case):
    """A cursor means something to the service alone: a well-formed one becomes one that it gave out, or none."""
    if not isinstance(case.query, dict) or not CURSOR_PATTERN.fullmatch(str(case.query.get("cursor", ""))):
        return
    given = cursors.get(case.operation.path)
    if given is None:
        del case.query["cursor"]
    else:
        case.query["cursor"] = given


def short_wait(case):
    """Waiting is right and takes up to 20 s; a second shows as much."""
    if case.headers and "wait" in str(case.headers.get("Prefer", "")):
        case.headers["Prefer"] = "wait=1"


def payable_total(case):
    """JSON Schema cannot say that a sum stays below 10^12: orders above it state no prices."""
    lines = case.body.get("lines") if isinstance(case.body, dict) else None
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        return
    try:
        total = sum(float(line.get("unitPrice", 0)) * line.get("quantity", 0) for line in lines)
    except (TypeError, ValueError):
        return
    if total >= 10**12:
        for line in lines:
            line.pop("unitPrice", None)


def half_a_pair(case, kwargs):
    """
    Some bodies that are meant to be refused get half a surrogate pair on top of what is wrong with them. On the way out:
    the tool itself cannot judge a text that has no UTF-8 form.
    """
    negative = case.meta is not None and case.meta.generation.mode.is_negative
    if not negative or not isinstance(case.body, dict) or chance.random() < 0.8:
        return
    texts = [name for name, value in case.body.items() if isinstance(value, str)]
    if texts:
        name = chance.choice(texts)
        kwargs["json"] = {**case.body, name: chance.choice(["\ud800", "\udfff"]) + case.body[name]}


@schemathesis.hook
def after_call(context, case, response):
    answers[f"{case.method.upper()} {case.operation.path} {response.status_code}"] += 1
    path = case.operation.path
    if path == "/v1/orders" and response.status_code == 202:
        location = urlsplit(response.headers["location"][0])
        receipts[location.path.rsplit("/", 1)[1]] = parse_qs(location.query)["receipt"][0]
    elif path == "/v1/products/{sku}" and case.method.upper() == "PUT" and response.status_code == 202:
        skus.append(case.path_parameters["sku"])
    elif response.status_code == 200 and case.method.upper() == "GET" and path in ("/v1/orders", "/v1/products"):
        following = response.json().get("next")
        if following is not None:
            cursors[path] = parse_qs(urlsplit(following).query)["cursor"][0]


def holds(value, wanted):
    """Whether any string of a value, names of members included, has a character that is wanted."""
    if isinstance(value, str):
        return any(wanted(character) for character in value)
    if isinstance(value, dict):
        return any(holds(name, wanted) or holds(member, wanted) for name, member in value.items())
    return isinstance(value, list) and any(holds(member, wanted) for member in value)


UNSTORABLE = {
    "NUL": lambda character: character == "\0",
    "half a surrogate pair": lambda character: 0xD800 <= ord(character) < 0xE000,
}


@schemathesis.check
def refuses_what_cannot_be_stored(ctx, response, case):
    try:
        sent = json.loads(response.request.body or "null")
    except ValueError:
        return
    found = {name for name, wanted in UNSTORABLE.items() if holds(sent, wanted)}
    unstorable.update(found)
    assert not found or 400 <= response.status_code < 500, f"a body with {found} was answered {response.status_code}"


@atexit.register
def report():
    """For the second account, and for people."""
    kept = {"receipts": receipts, "skus": sorted(set(skus)), "answers": answers, "unstorable": unstorable}
    (FOLDER / "harvest.json").write_text(json.dumps(kept))
