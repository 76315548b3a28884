"""Another account asks for everything that the first one has, receipts included: all that it may see is 404."""

import atexit
import json
import os
import random
import uuid
from collections import Counter
from pathlib import Path

import schemathesis

FOLDER = Path(os.environ["CONTRACT_FOLDER"])
HARVEST = json.loads((FOLDER / "harvest.json").read_text())
RECEIPTS = list(HARVEST["receipts"].items())
SKUS = HARVEST["skus"]

chance = random.Random(0)
answers: Counter = Counter()


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = f"contract-{uuid.uuid4()}"
    if "id" in case.path_parameters:
        order, receipt = chance.choice(RECEIPTS)
        case.path_parameters["id"] = order
        if case.operation.definition.raw["operationId"] in ("showOrder", "cancelOrder"):
            case.query = {"receipt": receipt} if chance.random() < 0.5 else {}
    else:
        case.path_parameters["sku"] = chance.choice(SKUS)


@schemathesis.hook
def after_call(context, case, response):
    answers[f"{case.method.upper()} {case.operation.path} {response.status_code}"] += 1


@schemathesis.check
def sees_nothing(ctx, response, case):
    assert response.status_code == 404, f"another account's {case.operation.path} answered {response.status_code}"


@atexit.register
def report():
    (FOLDER / "stranger.json").write_text(json.dumps({"answers": answers}))
