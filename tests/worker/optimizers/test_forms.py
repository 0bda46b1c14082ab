"""Every form is found and driven; a right one takes the document's path, a wrong twin does not."""

import pytest
from worker.optimizers import (
    class_forms,
    function_forms,
    more_classes,
    more_functions,
    public_forms,
)
from worker.optimizers.driving import conforms, found_in

FILES = (class_forms, function_forms, public_forms, more_classes, more_functions)
FORMS = {title: form for file in FILES for title, form in file.FORMS.items()}
TWINS = [(title, i) for title, (_, _, twins) in FORMS.items() for i in range(len(twins))]

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


@pytest.mark.parametrize("title", FORMS)
def test_right(title, tmp_path):
    source, kinds, _ = FORMS[title]
    found = found_in(source, tmp_path)
    assert not found.refused
    assert tuple(found.optimizers) == kinds
    for kind in kinds:
        assert conforms(found, kind), found.optimizers[kind].told()


@pytest.mark.sample(4)
@pytest.mark.parametrize(("title", "i"), TWINS)
def test_wrong_twin(title, i, tmp_path):
    source, kinds, twins = FORMS[title]
    old, new = twins[i]
    assert old in source
    found = found_in(source.replace(old, new), tmp_path)
    assert not all(conforms(found, kind) for kind in kinds)


def test_there_are_a_hundred_forms_and_none_hides_another():
    assert len(FORMS) == sum(len(file.FORMS) for file in FILES) >= 100
