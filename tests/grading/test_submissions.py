"""Who handed in what, in every layout that people download."""

import stat
import zipfile

import pytest

from optproof.errors import UsageError
from optproof.grading.archives import BadArchive, members
from optproof.grading.content import GATHERED, NotReadable, choose, read
from optproof.grading.submissions import find_submissions

from .conftest import ADAM, HEAVY, MOMENTUM, in_kinds, write


def found(tmp_path, *paths, **how):
    """The target of each student's submission."""
    submissions = find_submissions([str(p) for p in paths], tmp_path / "scratch", **how)
    return {s.student: read(s).target for s in submissions}


LAYOUTS = {
    "one file each": (
        {"ada.py": ADAM, "alan.ipynb": "{}", "grace.md": "", "README.md": "", "notes.txt": ""},
        {"ada": "ada.py", "alan": "alan.ipynb", "grace": "grace.md"},
    ),
    "one folder each": (
        {"ada/optim.py": ADAM, "ada/test_optim.py": ADAM, "alan/src/mine.py": MOMENTUM},
        {"ada": "optim.py", "alan": "src/mine.py"},
    ),
    "nbgrader": (
        {"submitted/ada/ps1/a.py": ADAM, "submitted/alan/ps1/a.py": ADAM, "source/ps1/a.py": ""},
        {"ada": "a.py", "alan": "a.py"},
    ),
    "Moodle, folders": (
        {
            "Ada Lovelace_101_assignsubmission_file_/optim.py": ADAM,
            "Ada Lovelace_101_assignsubmission_onlinetext_/onlinetext.html": "<p>",
            "Alan Turing_102_assignsubmission_file/optim.py": ADAM,
        },
        {"Ada Lovelace": "optim.py", "Alan Turing": "optim.py"},
    ),
    "Moodle, files": (
        {
            "Ada Lovelace_101_assignsubmission_file_optim.py": ADAM,
            "Ada Lovelace_101_assignsubmission_file_helper.py": "",
            "Ada Lovelace_102_assignsubmission_file_optim.py": ADAM,
        },
        {"Ada Lovelace 101": "optim.py", "Ada Lovelace 102": "optim.py"},
    ),
    "Canvas": (
        {
            "lovelaceada_101_2001_optim.py": ADAM,
            "turingalan_LATE_102_2002_optim-1.py": ADAM,
            "turingalan_LATE_102_2003_helper.py": "",
        },
        {"lovelaceada": "optim.py", "turingalan": "optim.py"},
    ),
    "GitHub Classroom": (
        {
            "adam-ada/.git/config": "",
            "adam-ada/optim.py": ADAM,
            "adam-ada/.github/scripts/check.py": ADAM,
            "adam-alan/.git/config": "",
            "adam-alan/optim.py": ADAM,
        },
        {"ada": "optim.py", "alan": "optim.py"},
    ),
    "a package": (
        {"ada/optim/__init__.py": "from .adam import *", "ada/optim/adam.py": ADAM},
        {"ada": "optim/adam.py"},
    ),
}


@pytest.mark.parametrize("zipped", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize(("files", "students"), LAYOUTS.values(), ids=LAYOUTS)
def test_layouts_are_understood(files, students, zipped, tmp_path):
    folder = write(tmp_path / "class", files)
    if zipped:
        with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
            for path in sorted(folder.rglob("*")):
                archive.write(path, path.relative_to(tmp_path))
        folder = tmp_path / "class.zip"
    assert found(tmp_path, folder) == students


def test_of_several_assignments_one_must_be_named(tmp_path):
    files = {"submitted/ada/ps1/a.py": ADAM, "submitted/ada/ps2/b.py": ADAM}
    folder = write(tmp_path / "course", {**files, "submitted/alan/ps1/a.py": ADAM})
    with pytest.raises(UsageError, match="several assignments"):
        found(tmp_path, folder)
    assert found(tmp_path, folder, assignment="ps2") == {"ada": "b.py", "alan": ""}
    with pytest.raises(UsageError, match="no student has a folder ps3"):
        found(tmp_path, folder, assignment="ps3")


def test_several_paths_are_a_student_each(tmp_path):
    folder = write(tmp_path / "class", {"ada/optim.py": ADAM, "alan/optim.py": ADAM})
    assert found(tmp_path, folder / "ada", folder / "alan") == {
        "ada": "optim.py",
        "alan": "optim.py",
    }
    assert set(found(tmp_path, folder / "*")) == {"ada", "alan"}
    with pytest.raises(UsageError, match="matches nothing"):
        found(tmp_path, folder / "*.ipynb")


def test_names_that_are_the_same_are_told_apart(tmp_path):
    folder = write(tmp_path / "c", {"mon/ada.py": ADAM, "tue/ada.py": ADAM, "tue/Ada.ipynb": "{}"})
    students = found(tmp_path, *sorted(folder.glob("*/*")))
    assert len(students) == 3
    assert "mon/ada" in students


def test_a_list_of_paths_is_read_from_a_file(tmp_path, grade):
    folder = write(tmp_path / "class", {"ada.py": ADAM, "alan.py": ADAM})
    (tmp_path / "list.txt").write_text(f"# the course\n{folder / 'ada.py'}\n\n")
    assert set(grade([], "--from", tmp_path / "list.txt").rows) == {"ada"}


def test_every_kind_is_judged_with_its_mistakes(grade):
    files = {}
    for kind in in_kinds("", ""):
        files |= in_kinds(f"right {kind}", MOMENTUM)[kind] | in_kinds(f"wrong {kind}", HEAVY)[kind]
    rows = grade(files, "--only", "momentum").rows
    assert len(rows) == 10
    for student, row in rows.items():
        told = (row["verdict"], row["mistakes"])
        wrong = ("deviates", "momentum.heavy-ball")
        assert told == (wrong if student.startswith("wrong") else ("conforms", "")), student


def test_what_is_spread_over_files_is_gathered(tmp_path):
    files = {"adam.py": ADAM.encode(), "sub/momentum.py": MOMENTUM.encode()}
    target, gathered = choose(files)
    assert target == GATHERED
    assert b"from sub.momentum import update_parameters_with_momentum" in gathered[GATHERED]


def test_gathered_parts_are_judged_with_their_mistakes(grade):
    graded = grade({"ada/adam.py": ADAM, "ada/momentum.py": HEAVY, "alan.py": ADAM})
    assert graded.rows["alan"]["verdict"] == "conforms"
    assert graded.rows["ada"]["mistakes"] == "momentum.heavy-ball"
    assert graded.row("ada")["mistakes"][0]["file"] == "momentum.py"


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, "no file ends in"),
        ({"report.pdf": b""}, "report.pdf was handed in"),
        ({"a.py": ADAM.encode(), "b.py": ADAM.encode()}, "which file is meant: a.py, b.py"),
        ({"a.py": b"x = 1", "b.py": b"y = 2"}, "no file defines one of the methods"),
    ],
)
def test_what_cannot_be_chosen_says_why(files, why):
    with pytest.raises(NotReadable, match=why):
        choose(files)


def test_the_exercise_is_chosen_before_what_comes_with_it():
    given = b"def forward_propagation(X, parameters): ...\ndef compute_cost(a3, Y): ...\n"
    own = b"def update_parameters_with_gd(parameters, grads, learning_rate): ...\n"
    assert choose({"opt_utils.py": given, "mine.py": own})[0] == "mine.py"
    assert choose({"mine.ipynb": own, "mine.py": own, "README.md": own})[0] == "mine.ipynb"
    assert choose({"a.py": own, "b.py": own}, "b*")[0] == "b.py"


def test_links_and_pipes_do_not_lead_out(tmp_path):
    folder = write(tmp_path / "class", {"ada/optim.py": ADAM, "secret.txt": "secret"})
    (folder / "ada/steals.txt").symlink_to(folder / "secret.txt")
    (submission,) = find_submissions([str(folder / "ada" / "optim.py")], tmp_path)
    assert read(submission).target == "optim.py"
    submissions = find_submissions([str(folder)], tmp_path)
    content = read(next(s for s in submissions if s.student == "ada"))
    assert set(content.files) == {"optim.py"}
    assert "steals.txt is left out" in content.notes[0]


def archive(path, entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return path


@pytest.mark.parametrize("name", ["../ada.py", "/etc/ada.py", "C:/ada.py", "a/../../b.py"])
def test_a_zip_writes_nowhere_else(name, tmp_path, grade):
    path = archive(tmp_path / "class.zip", {name: ADAM})
    graded = grade(path)
    assert graded.code == 2
    assert "outside its folder" in graded.err
    two = grade({"ada.zip": "", "alan.py": ADAM})
    assert "not a zip" in two.rows["ada"]["why"]


def test_a_zip_that_grows_without_end_is_stopped(tmp_path):
    path = archive(tmp_path / "bomb.zip", {"a.py": b"\0" * 2**22})
    assert path.stat().st_size < 10_000
    with pytest.raises(BadArchive, match="more than 1 MiB"):
        list(members(path, 10, 2**20))
    with pytest.raises(BadArchive, match="2 files"):
        list(members(archive(tmp_path / "many.zip", {"a": "", "b": ""}), 1, 2**20))


def test_a_link_in_a_zip_is_left_out(tmp_path):
    link = zipfile.ZipInfo("link.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = archive(tmp_path / "links.zip", {link: "/etc/passwd", "a.py": ADAM})
    assert [name for name, _ in members(path, 10, 2**20)] == ["a.py"]
