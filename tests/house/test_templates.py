"""Every template compiles, is used, can be translated, and loads nothing from outside."""

import ast
import json
import re
from hashlib import sha256

import pytest

import socialmap
from socialmap.config import ROOT

TEMPLATES = sorted(p.relative_to(ROOT / "templates") for p in (ROOT / "templates").rglob("*.*"))
OUTSIDE = re.compile(r"""(?:src|href|action|url\()\s*=?\s*["'(]?\s*(?:https?:)?//""")


def source(name) -> str:
    return (ROOT / "templates" / name).read_text()


def without_jinja(text: str) -> str:
    """What is left for the browser when the template's own language is taken out."""
    text = re.sub(r"{#.*?#}", " ", text, flags=re.S)
    text = re.sub(r"{%-?\s*trans\b.*?{%-?\s*endtrans\s*-?%}", " ", text, flags=re.S)
    return re.sub(r"{%.*?%}|{{.*?}}", " ", text, flags=re.S)


def test_every_template_compiles(demo_site):
    for name in TEMPLATES:
        demo_site.jinja_env.get_template(str(name))


def words_outside_translation(text: str) -> list[str]:
    """Words that stand bare in a template: what no translator would ever see."""
    text = without_jinja(text)
    attributes = re.findall(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"', text)
    text = re.sub(r"<!DOCTYPE[^>]*>", " ", text)
    text = re.sub(r"<[^>]*>", " ", text, flags=re.S)
    # A macro or block may give a class or an attribute instead of words.
    text = re.sub(r"\b(?:sm|is|utrecht)-[\w-]*|\baria-[a-z]+=\"[^\"]*\"", " ", text)
    return re.findall(r"[A-Za-zÀ-ÿ]{2,}", " ".join([text, *attributes]))


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_every_word_is_marked_for_translation(name):
    assert words_outside_translation(source(name)) == []


def test_a_bare_word_would_be_seen():
    assert words_outside_translation('<p title="Hallo">{{ _("x") }} Dag</p>') == ["Dag", "Hallo"]


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_template_loads_nothing_from_outside_and_runs_nothing_inline(name):
    text = without_jinja(source(name))
    assert not OUTSIDE.search(text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<script(?![^>]*\b(?:src|nonce)=)", text)


def test_every_template_is_used():
    code = "\n".join(p.read_text() for p in (ROOT / "socialmap").rglob("*.py"))
    code += "\n".join(source(name) for name in TEMPLATES)
    unused = [
        str(name)
        for name in TEMPLATES
        if str(name) not in code
        and str(name).removeprefix("mail/").removesuffix(".txt") not in code
        and not re.search(rf"{name.parent}/step_{{template}}", code)
    ]
    assert unused == []


@pytest.mark.parametrize("path", sorted((ROOT / "static").rglob("*.[cj]s*")), ids=lambda p: p.name)
def test_static_file_loads_nothing_from_outside(path):
    if path.suffix in (".css", ".js"):
        text = re.sub(r"/\*.*?\*/", " ", path.read_text(), flags=re.S)
        assert not re.search(r"url\(\s*[\"']?(?:https?:)?//|@import", text)


def test_vendored_files_are_what_the_manifest_says():
    folder = ROOT / "static" / "vendor"
    manifest = json.loads((folder / "manifest.json").read_text())
    told = {entry["path"]: entry["sha256"] for entry in manifest}
    there = {
        str(p.relative_to(folder)): sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file() and p.name != "manifest.json"
    }
    assert there == told


def refusals(path):
    """The first argument of every refusal that a file raises."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Refused", "NotThere"):
            yield node.args[0]


@pytest.mark.parametrize("room", socialmap.ROOMS)
def test_every_refusal_is_marked_for_translation(room):
    for path in (ROOT / "socialmap" / room).rglob("*.py"):
        for argument in refusals(path):
            assert isinstance(argument, ast.Call) and argument.func.id == "_", path
