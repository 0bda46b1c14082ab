"""The pages of the certified trainings, of drift, and of whose test a wrong Adam passes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import fixtures
from ..measuring.others_tests import OTHERS
from ..measuring.records import Records, order, shown
from ..measuring.whose_test import Row
from ..operations import OPTIMIZERS
from ..pages.curve import alone
from .page import Page

#: So many digits of a proved number are shown; the JSON has all.
DIGITS = 18


def trainings() -> Page:
    """Return the page of the certified trainings: costs and accuracies, beside the document's."""
    documented = fixtures.load("training/documented.json")
    runs = [_training(optimizer, documented) for optimizer in OPTIMIZERS]
    content = {
        "hyperparameters": documented["hyperparameters"],
        "document": documented["provenance"]["title"],
        "runs": runs,
    }
    says = "the costs of the document's trainings, proved digit by digit; learning curve, accuracy"
    return Page("trainings", "trainings", "The certified trainings", content, "page", says)


def _training(optimizer: str, documented: dict[str, Any]) -> dict[str, Any]:
    proved = fixtures.load(f"training/certified-{optimizer}.json")
    printed = documented["runs"][optimizer]
    return {
        "optimizer": optimizer,
        "clauses": proved["clauses"],
        "provenance": proved["provenance"],
        "curve": alone([(int(e), float(cost)) for e, (cost, _) in proved["costs"].items()]),
        "costs": [
            {
                "epoch": int(epoch),
                "cost": cost,
                "shown": cost[:DIGITS],
                "radius": radius,
                "printed": printed["costs"].get(epoch, ""),
            }
            for epoch, (cost, radius) in proved["costs"].items()
        ],
        "checkpoints": [
            {
                "epochs": int(epochs),
                "cost": found["cost_after"][0],
                "shown": found["cost_after"][0][:DIGITS],
                "right": found["right_of_300"],
            }
            for epochs, found in proved["checkpoints"].items()
        ],
        "accuracy": printed["accuracy"],
    }


def drift(of: str, records: Records) -> Page:
    """Return the page of what another NumPy changes: a quantity a row, an environment a column."""
    columns = sorted(records, key=order)
    quantities = dict.fromkeys(q for record in records.values() for q in record)
    rows = []
    for quantity in quantities:
        cells = [records[name].get(quantity) for name in columns]
        bits = list(dict.fromkeys(cell["bits"] for cell in cells if cell))
        rows.append(
            {
                "quantity": quantity,
                "ulps": [cell["ulps"] if cell else None for cell in cells],
                "shown": [shown(cell["ulps"]) if cell else "" for cell in cells],
                "within": [cell["within"] if cell else True for cell in cells],
                "kinds": [bits.index(cell["bits"]) if cell else None for cell in cells],
                "distinct": len(bits),
            }
        )
    content = {"of": of, "environments": columns, "quantities": rows}
    says = "units in the last place, ULP, other bits, BLAS, processor"
    return Page("drift", "drift", "What another NumPy changes", content, "page", says)


def whose_test(found: Sequence[Row]) -> Page:
    """Return the page of which wrong Adam passes whose test."""
    catalogue = fixtures.load_deviations()
    content = {
        "tests": [
            {
                "project": test.project,
                "file": test.file,
                "what": test.what,
                "passed": sum(row.passes[i] for row in found),
            }
            for i, test in enumerate(OTHERS)
        ],
        "missed": sum(not row.told for row in found),
        "forms": [
            {
                "id": row.name,
                "title": catalogue[row.name].title,
                "passes": list(row.passes),
                "told": row.told,
            }
            for row in found
        ],
    }
    says = ", ".join(test.project for test in OTHERS)
    title = "Which wrong Adam passes whose test"
    return Page("whose-test", "whose-test", title, content, "page", says)
