"""A person's decisions about organizations: how they are read, refused, and that they win."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.registry import RegistryError, parse_registry
from pipeline.resolution import NameUse, Organization, Resolution, organization_id, resolve


def use(name: str, report: str = "a-1", *, acronym: str | None = None, submits: bool = False) -> NameUse:
    return NameUse(report, name, acronym, name, "acronym" if name.isupper() else "name", is_submitter=submits)


def decided(text: str, *uses: NameUse) -> Resolution:
    return resolve(uses, parse_registry(text.encode()))


def row(resolution: Resolution, organization: str) -> Organization:
    return next(row for row in resolution.organizations if row.organization_id == organization)


FULL = """
organizations:
  - name: Harbour City Council of Volunteers
    aliases: [HCCV, Dockside Helpers]
    acronym: HCCV
    country: NZ
    kind: council
    parent: none
    external_ids: {wikidata: Q42, ror: https://ror.org/012345678, isni: "0000000121581279"}
    because: the two councils became one in 2020
    by: ab
    date: 2024-05-01
"""


def test_reads_every_field() -> None:
    [entry] = parse_registry(FULL.encode()).entries
    assert entry.aliases == ("HCCV", "Dockside Helpers")
    assert entry.external_ids["wikidata"] == "Q42"
    assert entry.date == "2024-05-01"


@pytest.mark.parametrize("empty", [b"", b"# nothing yet\n", b"organizations:\n", b"organizations: []\n"])
def test_nothing_is_an_empty_registry(empty: bytes) -> None:
    assert parse_registry(empty).entries == ()


def test_norway_is_a_country_code() -> None:
    [entry] = parse_registry(b"organizations:\n  - {name: Fjord Rescue, country: NO}\n").entries
    assert entry.country == "NO"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("organizations: [", r"The registry \(_organizations.yaml\) is not valid YAML: line 1: "),
        ("- name: X", "one key, `organizations`"),
        ("orgs: []", "one key, `organizations`"),
        ("organizations: {name: X}", "must be a list"),
        ("organizations: [X]", "entry 1 must be a mapping"),
        ("organizations: [{aliases: [A]}]", "entry 1 .*name"),
        ("organizations: [{name: ''}]", "`name` is empty"),
        ("organizations: [{name: X, alias: [A]}]", "unknown key `alias`; did you mean `aliases`"),
        ("organizations: [{name: X, aliases: A}]", "entry 1 \\(X\\): Expected `array`"),
        ("organizations: [{name: X, id: 17}]", "entry 1 \\(X\\)"),
        ("organizations: [{name: X, id: org-XYZ}]", "12 hex digits"),
        ("organizations: [{name: X, country: Chile}]", "`Chile` is no ISO 3166-1"),
        ("organizations: [{name: X, only: [{form: A}]}]", "needs `reports` or `country`"),
        ("organizations: [{name: X, only: [{form: A, country: XX}]}]", "`XX` is no ISO"),
        ("organizations: [{name: X, only: [{form: A, land: CL}]}]", "land"),
        ("organizations: [{name: X, external_ids: {wikidata: '42'}}]", "no wikidata id"),
        ("organizations: [{name: X, external_ids: {ror: abc}}]", "no ror id"),
        ("organizations: [{name: X}, {name: X}]", "name `X` to 2 entries"),
        ("organizations: [{name: X, aliases: [A]}, {name: Y, aliases: [A]}]", "alias `A` to 2 entries"),
        ("organizations: [{name: X, aliases: [Y]}, {name: Y}]", "as a name of its own"),
        ("organizations: [{name: X, merges: [Z]}, {name: Y, merges: [Z]}]", "merged id or name `Z`"),
        (
            "organizations: [{name: X, id: org-0123456789ab}, {name: Y, id: org-0123456789ab}]",
            "id `org-0123456789ab` to 2 entries",
        ),
    ],
)
def test_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(RegistryError, match=message):
        parse_registry(text.encode())


def test_not_text() -> None:
    with pytest.raises(RegistryError, match="UTF-8"):
        parse_registry(b"\xff\xfe")


@given(st.binary(max_size=60))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        parse_registry(data)
    except RegistryError as error:
        assert str(error)


def test_aliases_join_what_no_rule_would() -> None:
    resolution = decided(
        FULL, use("Dockside Helpers"), use("Harbour City Council of Volunteers", "b-1"), use("HCCV", "c-1")
    )
    assert len({*resolution.organization_ids}) == 1


def test_the_row_is_as_decided_and_lists_curated_forms() -> None:
    resolution = decided(FULL, use("Dockside Helpers"))
    [organization] = resolution.organizations
    assert (organization.name, organization.acronym, organization.country) == (
        "Harbour City Council of Volunteers",
        "HCCV",
        "NZ",
    )
    assert (organization.kind, organization.wikidata, organization.ror, organization.other_ids) == (
        "council",
        "Q42",
        "https://ror.org/012345678",
        "isni 0000000121581279",
    )
    assert [(alias.alias, alias.form, alias.mention_count) for alias in resolution.aliases] == [
        ("Dockside Helpers", "name", 1),
        ("HCCV", "acronym", 0),
        ("Harbour City Council of Volunteers", "name", 0),
    ]


def test_merging_by_id_and_by_name() -> None:
    gone = organization_id("Old Volunteers of the Port")
    text = f"organizations: [{{name: Harbour Volunteers, merges: [{gone}, Ferry Friends]}}]"
    uses = [use("Old Volunteers of the Port"), use("Ferry Friends"), use("Harbour Volunteers")]
    assert {*decided(text, *uses).organization_ids} == {organization_id("Harbour Volunteers")}


def test_renaming_keeps_the_id() -> None:
    kept = organization_id("Old Volunteers of the Port")
    text = f"organizations: [{{name: New Volunteers of the Bay, id: {kept}, aliases: [Old Volunteers of the Port]}}]"
    resolution = decided(text, use("Old Volunteers of the Port"), use("New Volunteers of the Bay"))
    assert {*resolution.organization_ids} == {kept}
    assert row(resolution, kept).name == "New Volunteers of the Bay"


def test_splitting_by_report_and_by_country() -> None:
    text = """
organizations:
  - {name: Port Relief Board, only: [{form: Relief Board, reports: [a-1]}]}
  - {name: Hill Relief Board, only: [{form: Relief Board, country: PE}]}
"""
    uses = [use("Relief Board", report) for report in ("a-1", "b-1", "c-1")]
    country = [use("Peru Youth Council", "b-1", submits=True), use("Chile Youth Council", "c-1", submits=True)]
    ids = decided(text, *uses, *country).organization_ids
    assert ids[0] == organization_id("Port Relief Board")
    assert ids[1] == organization_id("Hill Relief Board")
    assert len({*ids[:3]}) == 3


def test_a_parent_by_name_has_a_row() -> None:
    text = "organizations: [{name: Ferry Friends, parent: Harbour Trust of Lisbon}]"
    resolution = decided(text, use("Ferry Friends"))
    parent = organization_id("Harbour Trust of Lisbon")
    assert row(resolution, organization_id("Ferry Friends")).parent_organization_id == parent
    assert row(resolution, parent).name == "Harbour Trust of Lisbon"


def test_a_parent_can_be_taken_away() -> None:
    text = "organizations: [{name: Training Unit of UNIDO, parent: none}]"
    resolution = decided(text, use("Training Unit of UNIDO"))
    assert row(resolution, resolution.organization_ids[0]).parent_organization_id is None


def test_a_decision_wins_over_the_gazetteer() -> None:
    text = "organizations: [{name: Wadi Health Office, only: [{form: WHO, reports: [a-1]}]}]"
    ids = decided(text, use("WHO"), use("WHO", "b-1")).organization_ids
    assert ids == (organization_id("Wadi Health Office"), organization_id("World Health Organization"))
