"""The page of the errors, and the classes that it is made of."""

import ast
from collections import Counter
from pathlib import Path

from airflow_provider_media.api.error_reference import error_classes, error_page, meaning
from airflow_provider_media.api.error_responses import ANSWERS

ROOT = Path(__file__).parents[4]
PACKAGE = ROOT / "provider" / "src" / "airflow_provider_media"


def subclasses_in_source() -> set[str]:
    """The names of MediaError and of all classes below it, as the package's files define them."""
    trees = (ast.parse(path.read_text()) for path in PACKAGE.rglob("*.py"))
    defined = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    bases = {node.name: {ast.unparse(base).rpartition(".")[2] for base in node.bases} for node in defined}
    found = {"MediaError"}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return found


def test_error_page_equals_the_classes():
    page = (ROOT / "docs/reference/errors.md").read_text()
    assert page == error_page(), "run python -m airflow_provider_media.api.error_reference docs/reference/errors.md"


def test_error_classes_include_every_media_error_of_the_package():
    assert {cls.__name__ for cls in error_classes()} == subclasses_in_source()


def test_error_codes_are_unique():
    codes = Counter(cls.code for cls in error_classes())
    assert [code for code, count in codes.items() if count > 1] == []


def test_error_classes_have_a_meaning_and_advice_of_their_own():
    for cls in error_classes():
        assert "advice" in vars(cls), f"{cls.__name__} needs `advice`: one sentence that says what to do next"
        assert cls.advice.endswith("."), cls.__name__
        assert meaning(cls).endswith("."), cls.__name__
    shared = [advice for advice, count in Counter(cls.advice for cls in error_classes()).items() if count > 1]
    assert shared == []


def test_http_status_table_names_existing_codes_only():
    assert ANSWERS.keys() - {cls.code for cls in error_classes()} == set()
