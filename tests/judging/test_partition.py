"""What is said of mini-batches whose order is their own."""

import pytest

from optproof import fixtures
from optproof.deviations import PIPELINES
from optproof.judging.partition import explain_partition
from optproof.judging.predicting import predict

BATCHES = "random_mini_batches"


@pytest.mark.full
def test_what_no_two_mistakes_explain_has_no_name():
    case = next(c for f in fixtures.load_cases() for c in f.cases if c.id == "minibatch/documented")
    answer = predict(PIPELINES[BATCHES], [], case)
    answer["mini_batches[0].X"] = answer["mini_batches[0].X"] * 3.0
    answer["mini_batches[1].Y"] = answer["mini_batches[1].Y"][:, ::-1]
    assert explain_partition(BATCHES, [(case, answer)]).explanations == ()
