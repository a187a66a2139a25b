"""Which names are one organization: pairs over a set made by hand, and what ids promise."""

import random
import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.registry import parse_registry
from pipeline.resolution import NameUse, Resolution, organization_id, resolve
from pipeline.resolution.identities import Identity
from pipeline.resolution.keys import is_acronym, key_of, split_bracket
from pipeline.resolution.links import find_pairs, is_misspelling, near_words

FORMS = Path(__file__).with_name("organization_forms.txt")
BLIND = Path(__file__).with_name("organization_forms_blind.txt")
NOTHING = parse_registry(b"")


def read_forms(path: Path = FORMS) -> list[tuple[str, NameUse]]:
    """The marked uses with the label of the body each means."""
    uses: list[tuple[str, NameUse]] = []
    report, names = "", {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        is_submitter = line.startswith("= ")
        if is_submitter:
            report, _, line = line[2:].partition(" ")
            names = {}
        label, _, written = line.partition(":")
        for form in written.split(";"):
            uses += [(label, use) for use in forms(report, form.strip(), names, is_submitter=is_submitter)]
    return uses


def forms(report: str, form: str, names: dict[str, str], *, is_submitter: bool = False) -> list[NameUse]:
    """The uses that one marked form stands for; an acronym that the report defined has the full name as `name`."""
    form, _, parent = (part.strip() for part in form.partition("<"))
    name, acronym = split_bracket(form)
    if acronym:
        names[acronym] = name
        return [
            NameUse(report, name, acronym, name, "name", is_submitter=is_submitter),
            NameUse(report, name, acronym, acronym, "acronym"),
        ]
    kind = "acronym" if is_acronym(name) else "name"
    return [NameUse(report, names.get(name, name), None, name, kind, parent=parent or None, is_submitter=is_submitter)]


def agreement(marked: list[tuple[str, NameUse]], resolution: Resolution) -> tuple[float, float, list[str]]:
    """Pairwise precision and recall over distinct (report, form) pairs, and the pairs that are wrong."""
    seen = {}
    for (label, use), organization in zip(marked, resolution.organization_ids, strict=True):
        seen[use.report_id, use.text, use.parent] = (label, organization)
    right = said = meant = 0
    wrong = []
    for (one, (label, organization)), (two, (other_label, other)) in combinations(seen.items(), 2):
        same, together = label == other_label, organization == other
        right, said, meant = right + (same and together), said + together, meant + same
        if same != together:
            wrong.append(f"{'apart' if same else 'joined'}: {one} {two}")
    return right / said, right / meant, wrong


def test_the_marked_forms_are_many() -> None:
    marked = read_forms()
    assert len({label for label, _ in marked}) >= 60
    assert len({use.text for _, use in marked}) >= 200


def test_names_of_one_body_get_one_id() -> None:
    marked = read_forms()
    precision, recall, wrong = agreement(marked, resolve([use for _, use in marked], NOTHING))
    assert precision >= 0.98, "\n".join(wrong)
    assert recall >= 0.95, "\n".join(wrong)


def test_order_does_not_matter() -> None:
    uses = [use for _, use in read_forms()]
    shuffled = uses[:]
    random.Random(7).shuffle(shuffled)
    one, two = resolve(uses, NOTHING), resolve(shuffled, NOTHING)
    assert one.organizations == two.organizations
    assert one.aliases == two.aliases
    assert {*zip(uses, one.organization_ids, strict=True)} == {*zip(shuffled, two.organization_ids, strict=True)}


def test_a_submission_more_changes_no_id_of_a_body_named_in_full() -> None:
    uses = [use for _, use in read_forms()]
    reports = sorted({use.report_id for use in uses})
    everything = dict(zip(uses, resolve(uses, NOTHING).organization_ids, strict=True))
    explained = {(use.report_id, use.acronym) for use in uses}
    misspelt = re.compile("Coucil|Tribhuwan|Foodbank|Met Dep")
    for left_out in reports:
        some = [use for use in uses if use.report_id != left_out]
        for use, organization in zip(some, resolve(some, NOTHING).organization_ids, strict=True):
            is_full = not is_acronym(use.name) or (use.report_id, use.name) in explained
            if is_full and not misspelt.search(use.name) and use.parent is None:
                assert everything[use] == organization, use


def test_rows_agree_with_the_uses() -> None:
    uses = [use for _, use in read_forms()]
    resolution = resolve(uses, NOTHING)
    ids = [row.organization_id for row in resolution.organizations]
    assert ids == sorted(set(ids))
    assert {*resolution.organization_ids} <= {*ids}
    assert {row.parent_organization_id for row in resolution.organizations} - {None} <= {*ids}
    assert sum(row.mention_count for row in resolution.organizations) == sum(not use.is_submitter for use in uses)
    assert sum(alias.mention_count for alias in resolution.aliases) == sum(not use.is_submitter for use in uses)
    keys = [(alias.organization_id, alias.alias) for alias in resolution.aliases]
    assert keys == sorted(set(keys))


def names_use(name: str, report: str = "a-1", **more: object) -> NameUse:
    return NameUse(report, name, None, name, "acronym" if is_acronym(name) else "name", **more)  # type: ignore[arg-type]


def same(one: NameUse, two: NameUse, *others: NameUse) -> bool:
    ids = resolve([one, two, *others], NOTHING).organization_ids
    return ids[0] == ids[1]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Ministry of Health of Japan", "Japanese Ministry of Health"),
        ("National Council on Ageing of Ireland", "Irish National Council for Aging"),
        ("Association of Deaf Women & Girls", "The Association of Deaf Women and Girls"),
        ("Chilean Volunteers' Union", "Chile Volunteer Union"),
        ("Lakeside Housing Cooperative Ltd.", "Lakeside Housing Co-operative"),
        ("Wellington Organisation for Rural Schooling", "Wellington Organization for Rural Schooling"),
        ("Min. of Finance of Peru", "Peruvian Ministry of Finance"),
        ("SENEGAL NATIONAL YOUTH COUNCIL", "Senegalese National Youth Council"),
        ("Federation of Sailmakers' Councils", "Federation of Sailmakers’ Councils"),
        ("Riverside Community Foundaton", "Riverside Community Foundation"),
        ("Labour Department of the Government of Malta", "Maltese Labour Department"),
        ("WHO", "World Health Organization"),
        ("U.N.", "United Nations"),
    ],
)
def test_one_body(one: str, two: str) -> None:
    assert same(names_use(one), names_use(two, "b-1"))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Council of Social Welfare, Taiwan", "Japan National Council of Social Welfare"),
        ("Austrian Development Agency", "Australian Development Agency"),
        ("Niger Red Cross", "Nigerian Red Cross"),
        ("University of Miami", "Miami University"),
        ("Northern Region Development Authority", "Southern Region Development Authority"),
        ("School No. 12", "School No. 13"),
        ("University of Malaya", "University of Malaga"),
        ("Asian Development Bank", "African Development Bank"),
        ("Save the Children", "Save the Children Nepal"),
        ("Ministry of Health", "Ministry of Labour"),
        ("Anderson Foundation", "Andersen Foundation"),
        ("UNICEF", "UNICEF Country Office"),
    ],
)
def test_two_bodies(one: str, two: str) -> None:
    assert not same(names_use(one), names_use(two, "b-1"))


def test_a_generic_name_is_that_of_the_reports_country() -> None:
    kenya = names_use("Kenya Youth Council", "a-1", is_submitter=True)
    peru = names_use("Peru Youth Council", "b-1", is_submitter=True)
    again = names_use("Peruvian Library Council", "c-1", is_submitter=True)
    ministry = [names_use("Ministry of Health", report) for report in ("a-1", "b-1", "c-1")]
    ids = resolve([*ministry, kenya, peru, again], NOTHING).organization_ids
    assert ids[0] != ids[1] == ids[2]


def test_an_acronym_means_what_its_own_report_says() -> None:
    first = NameUse("a-1", "Village Banks of Chile", "VBC", "VBC", "acronym")
    second = NameUse("b-1", "Vermont Beekeepers' Club", "VBC", "VBC", "acronym")
    ids = resolve([first, second, names_use("VBC", "a-1"), names_use("VBC", "b-1")], NOTHING).organization_ids
    assert ids[0] == ids[2] != ids[1] == ids[3]


def test_an_acronym_defined_once_means_that_everywhere() -> None:
    defined = NameUse("a-1", "Vermont Beekeepers' Club", "VBC", "VBC", "acronym")
    ids = resolve([defined, names_use("VBC", "b-1")], NOTHING).organization_ids
    assert ids[0] == ids[1]


def test_an_acronym_that_is_the_initials_of_one_name_in_its_report() -> None:
    assert same(names_use("VBC"), names_use("Vermont Beekeepers' Club"))


@pytest.mark.parametrize(
    "unit", ["Research Division of VBC", "Research Division of the Vermont Beekeepers' Club", "VBC Research Division"]
)
def test_a_unit_has_an_id_of_its_own_and_a_parent(unit: str) -> None:
    whole = NameUse("a-1", "Vermont Beekeepers' Club", "VBC", "VBC", "acronym")
    plain = NameUse("a-1", "Research Division", None, "Research Division", "name", parent="VBC")
    resolution = resolve([names_use(unit, parent="VBC"), plain, whole, names_use(unit)], NOTHING)
    first, second, club, third = resolution.organization_ids
    assert first == second == third != club
    row = next(row for row in resolution.organizations if row.organization_id == first)
    assert row.parent_organization_id == club


def test_a_whole_that_no_report_mentions_has_a_row() -> None:
    resolution = resolve([names_use("Training Unit of UNIDO")], NOTHING)
    rows = {row.organization_id: row for row in resolution.organizations}
    whole = rows[organization_id("UNIDO")]
    assert (whole.name, whole.mention_count) == ("United Nations Industrial Development Organization", 0)


def test_the_row_has_the_fullest_name_and_the_commonest_acronym() -> None:
    uses = [
        NameUse("a-1", "Vermont Beekeepers' Club", "VBC", "VBC", "acronym"),
        NameUse("a-1", "the Vermont Beekeepers' Club", "VBC", "the Vermont Beekeepers' Club", "name"),
        NameUse("b-1", "Vermont Beekeeper's Club", None, "Vermont Beekeeper's Club", "name"),
    ]
    [row] = resolve(uses, NOTHING).organizations
    assert (row.name, row.acronym, row.mention_count, row.report_count) == ("Vermont Beekeepers' Club", "VBC", 3, 2)


def test_the_submitters_own_use_is_no_mention() -> None:
    [row] = resolve([names_use("Peru Youth Council", is_submitter=True)], NOTHING).organizations
    assert (row.mention_count, row.report_count, row.country) == (0, 1, "PE")


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ("coucil", "council", True),
        ("tribhuvan", "tribhuwan", True),
        ("malaya", "malaga", False),
        ("2019", "2020", False),
    ],
)
def test_misspelling(one: str, two: str, expected: bool) -> None:
    assert is_misspelling(one, two, 3) is expected


@given(st.lists(st.text(max_size=40), max_size=8))
@settings(max_examples=50, derandomize=True, deadline=None)
def test_any_text_resolves(names: list[str]) -> None:
    uses = [NameUse("a-1", name, name[:4], name, "name", None, name[::-1]) for name in names]
    resolution = resolve(uses, NOTHING)
    assert len(resolution.organization_ids) == len(uses)
    for name in names:
        key_of(name)


def test_labels_are_used_consistently() -> None:
    labels = Counter(label for label, _ in read_forms())
    assert labels.most_common(1)[0][1] < 60


def test_initials_of_one_body_in_two_spellings() -> None:
    two = [names_use("Vermont Beekeepers' Club"), names_use("Vermont Beekeepers Club")]
    assert same(names_use("VBC"), two[0], two[1])


def test_an_acronym_that_nobody_explains_is_itself_but_a_ministrys_is_its_countrys() -> None:
    peru, chile = (
        names_use("Peru Youth Council", is_submitter=True),
        names_use("Chile Youth Council", "b-1", is_submitter=True),
    )
    assert same(names_use("XQZ"), names_use("XQZ", "b-1"), peru, chile)
    assert not same(names_use("MoLSA"), names_use("MoLSA", "b-1"), peru, chile)


def test_the_country_of_the_report_may_be_given() -> None:
    first = names_use("Ministry of Health", report_country="CL")
    assert same(first, names_use("Chilean Ministry of Health", "b-1"))


def test_looking_for_misspelt_words_near_by_finds_what_comparing_all_pairs_finds() -> None:
    rng = random.Random(5)
    words = {"council", "ministry", "cooperation", "federation", "development"}
    for word in [*words, *("".join(rng.choices("abcd", k=rng.randint(4, 10))) for _ in range(150))]:
        place = rng.randrange(len(word))
        words |= {word, word[:place] + word[place + 1 :], word[:place] + "e" + word[place:]}
    pairs = {pair for pair in combinations(sorted(words), 2) if is_misspelling(*pair, 3)}
    assert {pair for pair in near_words(words) if is_misspelling(*pair, 3)} == pairs
    assert len(pairs) > 100


@pytest.mark.parametrize("seed", range(20))
def test_pairs_about_some_names_are_those_of_all_pairs_that_have_one_of_them(seed: int) -> None:
    rng = random.Random(seed)
    words = re.findall(r"\w+", "food bank foodbank bankfood harbour harbor council counsil volunteers voluntears")
    names = {tuple(rng.choices(words, k=rng.randint(1, 4))) for _ in range(120)}
    known = [Identity(name, rng.choice(("", "@pe")), None, " ".join(name)) for name in sorted(names)]
    identities = {identity.key: identity for identity in known}
    keys = sorted(identities)
    acronyms = {acronym: set(rng.sample(keys, 6)) for acronym in ("ABC", "FBT", "XY", "HCV")}
    every = find_pairs(identities, acronyms)
    about = frozenset({*rng.sample(keys, 5), rng.choice(every)[0], "nobody"})
    assert find_pairs(identities, acronyms, about) == [pair for pair in every if not about.isdisjoint(pair)] != []


def test_marked_forms_that_were_written_before_any_run() -> None:
    marked = read_forms(BLIND)
    precision, recall, wrong = agreement(marked, resolve([use for _, use in marked], NOTHING))
    assert precision >= 0.98, wrong
    assert recall >= 0.95, wrong


def test_a_short_form_of_two_words_is_explained_in_brackets() -> None:
    assert same(names_use("Swiss Lake and River Institute (Swiss LRI)"), names_use("Swiss LRI"))
    two = [names_use("Harbour Aid (Aid Harbour)", "b-1"), names_use("Aid Harbour (Harbour Aid)", "b-1")]
    assert len(resolve(two, NOTHING).organization_ids) == 2


def test_a_ministry_is_that_of_the_country_the_report_speaks_of() -> None:
    peru, chile = (
        names_use("Ministry of Health", report_country="PE"),
        names_use("Ministry of Health", "b-1", report_country="CL"),
    )
    assert not same(peru, chile)
    assert not same(peru, names_use("Ministry of Health", "c-1"))
