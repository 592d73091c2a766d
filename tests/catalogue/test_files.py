"""Files of services: what is written is read again, and what is wrong is told where it stands."""

import csv
import json
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from socialmap.catalogue.documents import ServiceDocument
from socialmap.catalogue.files import FileError, format_of, read_records, write_records
from socialmap.catalogue.flat import COLUMNS, read_row
from socialmap.config import ROOT

from ..world import make_document

FULL = Path(__file__).with_name("full_service.yaml")
FORMATS = ("yaml", "csv", "xlsx", "jsonl")

AWKWARD = (
    "=1+1", "+31 71", "-3", "@home", "'t Kompas", "'=quoted", "''", "'", "#N/A",
    "007", "1e5", "10:00", "no", "null", "~", "true", "2026-11-22", "52,16", "12.0", "[1]", "{}",
    'zei "ja"; en, dus', "a|b\\|c\\", "tab\there", "regel\neinde", "regel\r\neinde", "kaal\reinde",
    "- lijst", "# hekje", "a: b", "&anker", "*ster", "%procent", "!uitroep", "`", "?", ">", "|",
    "één Ω 漢字 🎓", "\u2028regel\u2029", "zacht\xadstreepje", "a\x85b", "_x000D_", "_x005F_",
    "a\ufffeb", "\ufeffbom", " rand ", "einde\\", "---", "...", "<b>&amp;</b>",
    "'''", "x" * 200,
)  # fmt: skip
"""Texts that some format or some program would like to take for something else."""


def awkward_documents() -> list[ServiceDocument]:
    """Each text in every kind of place: a line, a long text, a list, a part, a rule."""
    return [
        make_document(
            id=f"a{number}", name=text, summary=text * 3, description=f"{text}\n\n{text}",
            organization=text, themes=["vooraf", text, "achteraf"], not_for=[text], cost=text,
            levels=[text], municipality="Leiden", contacts=[{"role": text, "hours": text}],
            results=[{"statement": text, "number": 1, "period": text, "source": text}],
            criteria=[{"type": "paper", "paper": text, "given_by": text}],
        )
        for number, text in enumerate(AWKWARD)
    ]  # fmt: skip


def read(path: Path, format: str | None = None) -> list[dict]:
    return [record.values for record in read_records(path, format)]


def documents(path: Path) -> list[ServiceDocument]:
    return [read_row(values) for values in read(path)]


def refusal(path: Path) -> tuple[str, str]:
    """The place and the reason of what is wrong with a file."""
    with pytest.raises(FileError) as error:
        list(read_records(path))
    return error.value.position, error.value.reason


@pytest.fixture
def file(tmp_path):
    """Makes a file with a name and its content."""

    def make(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


# There and back ----------------------------------------------------------------


@pytest.mark.parametrize("suffix", FORMATS)
def test_awkward_text_comes_back_as_it_was(tmp_path, suffix):
    path, written = tmp_path / f"lastig.{suffix}", awkward_documents()
    assert write_records(path, written) == len(written)
    for before, after in zip(written, documents(path), strict=True):
        assert after == before


@pytest.mark.parametrize("suffix", FORMATS)
def test_what_was_written_twice_is_the_same(tmp_path, suffix):
    first, second = tmp_path / f"een.{suffix}", tmp_path / f"twee.{suffix}"
    full = [read_row(values) for values in read(FULL)]
    write_records(first, full)
    write_records(second, documents(first))
    assert read(first) == read(second)


def test_csv_has_the_columns_of_the_flat_form_and_then_all_others(tmp_path):
    path = tmp_path / "aanbod.csv"
    write_records(path, [make_document(id="s1", themes=["a", "b|c"], apply_alone=False)])
    text = path.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf"), "so that Excel knows it is UTF-8"
    header, row = csv.reader(text.decode("utf-8-sig").splitlines())
    assert header[:20] == [
        "id", "name", "organization", "summary", "description", "goal", "themes",
        "target_groups", "levels", "age_min", "age_max", "municipality", "province", "lat", "lon",
        "admission", "intake", "intake_type", "contact_role", "updated",
    ]  # fmt: skip
    assert header == list(COLUMNS)
    cells = dict(zip(header, row, strict=True))
    assert (cells["themes"], cells["province"]) == (r"a|b\|c", "Zuid-Holland")
    assert cells["apply_alone"] == "nee" and cells["updated"] == ""
    assert json.loads(cells["contacts"])[0]["role"] == "Coördinator rebound"


def test_no_cell_of_a_csv_begins_as_a_formula(tmp_path):
    path = tmp_path / "aanbod.csv"
    write_records(path, awkward_documents())
    with path.open(encoding="utf-8-sig", newline="") as file:
        begins = {cell[:1] for row in csv.reader(file) for cell in row}
    assert not begins & set("=+-@\t\r")


def test_xlsx_is_for_people_dutch_names_a_header_in_sight_and_no_formulas(tmp_path):
    path = tmp_path / "aanbod.xlsx"
    write_records(path, [make_document(id="007", name="=1+1", age_min=12)])
    sheet = load_workbook(path).worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(COLUMNS.values())
    assert sheet["A1"].font.bold and sheet.freeze_panes == "A2"
    assert [(cell.value, cell.data_type) for cell in sheet[2][:2]] == [("007", "s"), ("=1+1", "s")]
    assert sheet["A2"].number_format == "@", "Excel keeps the zeros also when somebody edits"
    assert sheet.cell(2, list(COLUMNS).index("age_min") + 1).value == 12


def test_yaml_and_jsonl_hold_only_what_is_stated(tmp_path):
    for suffix in ("yaml", "jsonl"):
        path = tmp_path / f"aanbod.{suffix}"
        write_records(path, [make_document(id="s1", contacts=[], places_free=None)])
        assert [name for name in read(path)[0] if name not in COLUMNS] == []
        text = path.read_text(encoding="utf-8")
        assert "places" not in text and "null" not in text and "contacts" not in text


def test_empty_catalogue_can_be_written_and_read(tmp_path):
    for suffix in ("yaml", "csv", "xlsx"):
        path = tmp_path / f"leeg.{suffix}"
        assert write_records(path, []) == 0
        assert read(path) == []


def test_failed_export_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "aanbod.csv"
    path.write_text("oud")

    def broken():
        yield make_document()
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        write_records(path, broken())
    assert path.read_text() == "oud" and list(tmp_path.iterdir()) == [path]


def test_cell_that_excel_cannot_hold_is_told_and_other_formats_hold_it(tmp_path):
    long = make_document(required_documents=["x" * 199] * 200)
    with pytest.raises(FileError) as error:
        write_records(tmp_path / "lang.xlsx", [make_document(), long])
    assert str(error.value) == (
        "rij 3: kolom wat je meeneemt past niet in een cel van Excel: meer dan 32.767 tekens; "
        "kies CSV, YAML of JSONL"
    )
    assert list(tmp_path.iterdir()) == []
    path = tmp_path / "lang.csv"
    write_records(path, [long])
    assert documents(path) == [long]


# What people make --------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_of_any_program_is_read(file, delimiter, encoding):
    rows = [["id", "naam", "thema’s"], ["s1", "Café, één; twee", "a|b"]]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    (values,) = read(file("aanbod.csv", text.encode(encoding)))
    assert values == {"id": "s1", "naam": "Café, één; twee", "thema’s": "a|b"}


def test_apostrophe_of_a_name_is_no_sign_of_ours(file):
    path = file("aanbod.csv", "id,name,organization\ns1,'s-Heeren,'-3\n")
    assert read(path) == [{"id": "s1", "name": "'s-Heeren", "organization": "-3"}]


def test_rows_are_counted_as_excel_does(file):
    path = file("aanbod.csv", 'id,naam\ns1,"twee\nregels"\n\n,\ns2,kort\ns3\n,zonder id\n')
    assert [(r.position, r.values["naam"]) for r in read_records(path)] == [
        ("rij 2", "twee\nregels"), ("rij 5", "kort"), ("rij 6", None), ("rij 7", "zonder id"),
    ]  # fmt: skip


def test_column_without_a_name_and_without_values_is_nothing(file):
    assert read(file("aanbod.csv", "id,,naam,,\ns1,,x,,\n")) == [{"id": "s1", "naam": "x"}]


def test_workbook_made_by_hand_is_read(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(["ID", "Naam", "Bijgewerkt op", "Vrije plaatsen", "Zelf aanmelden", "Kosten"])
    sheet.append([7, "Rebound", datetime(2026, 11, 22), 2.0, True, "=2*2"])
    sheet.append([])
    sheet.append(["8", 2027, date(2027, 1, 2), "3", "nee", None])
    book.create_sheet("Tweede blad").append(["x"])
    path = tmp_path / "hand.XLSX"
    book.save(path)
    first, second = read_records(path)
    assert (first.position, second.position) == ("rij 2", "rij 4")
    rest = {"organization": "De Brug", "goal": "school", "plaatsen doorgegeven op": "1-11-2026"}
    document = read_row({**second.values, **rest})
    assert (document.id, document.name, document.places_free) == ("8", "2027", 3)
    assert document.updated == date(2027, 1, 2) and document.pupil_may_apply is False
    assert read_row({**first.values, **rest}).updated == date(2026, 11, 22)
    assert first.values["Kosten"] is None, "a formula that no program has worked out says nothing"


def test_yaml_without_quotes_stays_what_it_says(file):
    path = file(
        "aanbod.yaml",
        "# een lijst\n---\n- id: 007\n  naam: no\n  phone: 0612345670\n  opens: 10:00\n"
        "  updated: 2026-02-30\n  lat: 52.16\n  age_min: 12\n  apply_alone: true\n  cost: ~\n"
        "- id: s2\n  naam: |\n    - geen lijst\n    # geen opmerking\n",
    )
    assert read(path) == [
        {
            "id": "007", "naam": "no", "phone": "0612345670", "opens": "10:00",
            "updated": "2026-02-30", "lat": 52.16, "age_min": 12, "apply_alone": True, "cost": None,
        },
        {"id": "s2", "naam": "- geen lijst\n# geen opmerking\n"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["  - {id: s1}\n  - {id: s2}\n", "[{id: s1}, {id: s2}]", "- id: s1\n-\n  id: s2"]
)
def test_yaml_list_may_be_written_in_any_way(file, text):
    records = list(read_records(file("aanbod.yml", text)))
    assert [(r.position, r.values) for r in records] == [
        ("nummer 1", {"id": "s1"}), ("nummer 2", {"id": "s2"}),
    ]  # fmt: skip


def test_json_lines_are_counted_as_an_editor_does(file):
    path = file("aanbod.jsonl", '\ufeff{"id": "s1"}\n\n{"id": "s2", "naam": "a\\u2028b"}\n')
    assert [(r.position, r.values["id"]) for r in read_records(path)] == [
        ("regel 1", "s1"), ("regel 3", "s2"),
    ]  # fmt: skip


def test_rows_come_one_by_one(file):
    """A long file is not in memory as a whole: the first rows are there before the fault."""
    for name, text in {
        "a.yaml": "- id: s1\n- id: {\n",
        "a.csv": 'id\ns1\n"s2\n',
        "a.jsonl": '{"id": "s1"}\n{\n',
    }.items():
        records = read_records(file(name, text))
        assert next(records).values == {"id": "s1"}
        with pytest.raises(FileError):
            next(records)


def test_format_is_told_by_the_suffix_or_asked_for(file):
    assert format_of(Path("A.YML")) == "yaml" and format_of(Path("a.txt"), "csv") == "csv"
    assert read(file("aanbod.txt", "id,naam\ns1,x\n"), "csv") == [{"id": "s1", "naam": "x"}]
    with pytest.raises(FileError, match="kennen we niet; we kennen yaml, csv, xlsx, jsonl"):
        format_of(Path("aanbod.doc"))


# What is wrong -----------------------------------------------------------------

NO_CSV = "dit is geen goede CSV: kijk de aanhalingstekens na"
NO_YAML = "hier klopt de YAML niet"
EMPTY = "dit bestand is leeg"


@pytest.mark.parametrize(
    ("name", "content", "position", "reason"),
    [
        ("a.csv", "", "", EMPTY),
        ("a.csv", "\n \n,,\n", "", "de eerste rij heeft geen namen van kolommen, zoals id en naam"),
        ("a.csv", "s1,Rebound\ns2,Time-out\n", "",
         "de eerste rij heeft geen namen van kolommen, zoals id en naam"),
        ("a.csv", "id,naam,naam\n", "", "de kolom naam staat er twee keer"),
        ("a.csv", "id,name,naam\n", "", "de kolom naam staat er twee keer, ook als name"),
        ("a.csv", "id,x,y,x\n", "", "de kolom x staat er twee keer"),
        ("a.csv", 'id,naam\ns1,"half\n', "regel 2", NO_CSV),
        ("a.csv", 'id,naam\ns1,"een" twee\n', "regel 2", NO_CSV),
        ("a.csv", "id,naam\ns1,x,y\n", "rij 2", "er staat meer in deze rij dan er kolommen zijn"),
        ("a.csv", "id,,naam\ns1,y,x\n", "rij 2", "er staat iets in een kolom zonder naam"),
        ("a.csv", "id\ns1\ns2\ns1\n", "rij 4", "id s1 staat ook op rij 2"),
        ("a.csv", b"PK\x03\x04....", "", "dit is geen CSV, maar een ander soort bestand"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\x81\x8d", "",
         "de letters zijn niet te lezen; bewaar het bestand als UTF-8"),
        ("a.xlsx", b"", "", "is geen werkmap van Excel (.xlsx)"),
        ("a.xlsx", "id,naam\n", "", "is geen werkmap van Excel (.xlsx)"),
        ("a.jsonl", "", "", EMPTY),
        ("a.jsonl", '{"id": "s1"}\n{"id": s2}\n', "regel 2",
         "dit is geen goede JSON bij teken 8"),
        ("a.jsonl", '["s1"]', "regel 1", "hier moet een dienst staan: sleutels met een waarde"),
        ("a.jsonl", '{"id": "s1", "id": "s2"}', "regel 1", "de sleutel id staat er twee keer"),
        ("a.jsonl", '{"id": "s1"}\n{"ID": "s1"}', "regel 2", "id s1 staat ook op regel 1"),
        ("a.jsonl", "[" * 100_000, "regel 1", "dit is geen goede JSON"),
        ("a.jsonl", '{"age_min": ' + "9" * 5000 + "}", "regel 1", "dit is geen goede JSON"),
        ("a.jsonl", '{"naam": "café"}'.encode("cp1252"), "",
         "de letters zijn niet te lezen; bewaar het bestand als UTF-8"),
        ("a.yaml", "", "", EMPTY),
        ("a.yaml", "# niets\n", "", EMPTY),
        ("a.yaml", "id: s1\n", "regel 1", "dit moet een lijst zijn: elk deel begint met een -"),
        ("a.yaml", "- s1\n", "nummer 1", "hier moet een dienst staan: sleutels met een waarde"),
        ("a.yaml", "- id: s1\n- id: s2\n  naam: a: b\n", "regel 3", NO_YAML),
        ("a.yaml", "- id: s1\n- id: s2\n  naam: x\n  id: s3\n", "regel 4",
         "de sleutel id staat er twee keer"),
        ("a.yaml", "- id: s1\n- id: s1\n", "nummer 2", "id s1 staat ook op nummer 1"),
        ("a.yaml", "- id: s1\n- id: !!python/object:os.system x\n", "regel 2", NO_YAML),
        ("a.yaml", "- &a [*a]\n", "regel 1", "deze YAML verwijst met & en *; schrijf het uit"),
        ("a.yaml", "- id: &a [x]\n- id: *a\n", "regel 2",
         "deze YAML verwijst met & en *; schrijf het uit"),
        ("a.yaml", "- " + "[" * 100_000, "regel 1", "hier staan te veel lijsten in elkaar"),
        ("a.yaml", "- age_min: " + "9" * 5000, "regel 1", NO_YAML),
        ("a.yaml", "- id: s\x01\n", "regel 1", NO_YAML),
        ("a.doc", "", "", "dit soort bestand kennen we niet; we kennen yaml, csv, xlsx, jsonl"),
    ],
)  # fmt: skip
def test_broken_file_is_told_with_the_place(file, name, content, position, reason):
    path = file(name, content)
    assert refusal(path) == (position, reason)
    with pytest.raises(FileError) as error:
        list(read_records(path))
    assert str(error.value) == (f"{position}: {reason}" if position else reason)


def test_file_that_is_not_there_or_no_file_is_told(tmp_path):
    assert refusal(tmp_path / "weg.csv") == ("", "dit bestand is er niet")
    folder = tmp_path / "map.csv"
    folder.mkdir()
    assert refusal(folder) == ("", "dit bestand is niet te openen")


def test_damaged_workbook_is_told(tmp_path):
    path = tmp_path / "aanbod.xlsx"
    write_records(path, [make_document()])
    whole = path.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole.replace(b"sheet1", b"sheet9"), whole[:-30]):
        path.write_bytes(damaged)
        assert refusal(path) == ("", "is geen werkmap van Excel (.xlsx)")


def test_only_who_uses_a_workbook_pays_for_openpyxl():
    source = "import sys, socialmap.cli; sys.exit('openpyxl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", source], cwd=ROOT, check=False).returncode == 0
