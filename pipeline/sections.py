"""The section tree of one report: headings to sections with paths, titles and running text.

Numbered headings bring their places with them. An unnumbered one stands where its type puts it: below the nearest
heading that is set larger or heavier, never across a series of numbers that goes on after it. It is above numbered
headings only where several of its look each have a numbering of their own.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.headings.looks import Look
from pipeline.headings.numbered import Heading
from pipeline.layout import Line
from pipeline.passages import Vocabulary, one_line, running_text
from pipeline.records import Section


@dataclass(frozen=True, slots=True)
class Node:
    """A heading in its place: `parent` is the index of the node above it, `path` its labels from the root."""

    heading: Heading
    parent: int | None
    level: int
    path: str


def build_sections(lines: Sequence[Line], headings: Sequence[Heading], lexicon: Vocabulary) -> tuple[Section, ...]:
    """Sections in reading order; every line is in exactly one of them."""
    nodes = place_headings(headings)
    first = headings[0].first if headings else len(lines)
    sections = []
    if first > 0:
        sections.append(_preface(lines[:first], lexicon))
    for position, node in enumerate(nodes):
        end = nodes[position + 1].heading.first if position + 1 < len(nodes) else len(lines)
        sections.append(_section(node, position + 1, lines[node.heading.last + 1 : end], lexicon))
    return tuple(sections)


def _preface(lines: Sequence[Line], lexicon: Vocabulary) -> Section:
    """The matter before the first heading: title block, contents and the like."""
    text = running_text(notes_last(lines), lexicon)
    pages = [line.page for line in lines]
    return Section(
        0, None, 0, None, "0", one_line((), lexicon), text, min(pages), max(pages), "before the first heading"
    )


def _section(node: Node, ordinal: int, below: Sequence[Line], lexicon: Vocabulary) -> Section:
    heading = node.heading
    body = [*([heading.rest] if heading.rest is not None else []), *below]
    pages = [line.page for line in (*heading.title, *heading.label_lines, *body)]
    return Section(
        ordinal=ordinal,
        parent=None if node.parent is None else node.parent + 1,
        level=node.level,
        number=heading.label.printed if heading.label else None,
        path=node.path,
        title=one_line(heading.title, lexicon),
        text=running_text(notes_last(body), lexicon),
        page_first=min(pages),
        page_last=max(pages),
        why=heading.why,
    )


def notes_last(lines: Sequence[Line]) -> list[Line]:
    """Lines with the footnotes moved to the end, so that they do not cut a sentence that goes on overleaf."""
    return [line for line in lines if line.role != "footnote"] + [line for line in lines if line.role == "footnote"]


# Places


def place_headings(headings: Sequence[Heading]) -> tuple[Node, ...]:
    """Every heading under its parent, with its path."""
    above = _containers(headings)
    below = _subordinate_looks(headings)
    parents: list[int | None] = []
    for index, heading in enumerate(headings):
        if heading.label is not None:
            parent = heading.parent
            parents.append(_container_before(headings, index, above) if parent is None else parent)
        else:
            parents.append(_unnumbered_parent(headings, index, parents, below, above))
    return _with_paths(headings, parents)


def _container_before(headings: Sequence[Heading], index: int, above: frozenset[Look]) -> int | None:
    return next((i for i in range(index - 1, -1, -1) if headings[i].label is None and headings[i].look in above), None)


def _containers(headings: Sequence[Heading]) -> frozenset[Look]:
    """Looks of unnumbered headings that hold numberings of their own.

    A look holds them when it is larger than every top-level number's, and no series of numbers runs across two of its
    headings.
    """
    roots = [(i, h) for i, h in enumerate(headings) if h.label is not None and h.parent is None]
    out = set()
    for look in {h.look for h in headings if h.label is None}:
        places = [i for i, h in enumerate(headings) if h.label is None and h.look == look]
        if len(places) < 2 or not roots or not all(look.outranks(h.look) for _, h in roots):
            continue
        if roots[0][0] < places[0]:
            continue
        starts = [sum(place < i for place in places) for i, _ in roots]
        runs = zip(starts, roots, starts[1:], roots[1:], strict=False)
        if all(a == b or later.label.readings[0].values[-1] == 1 for a, _, b, (_, later) in runs if later.label):
            out.add(look)
    return frozenset(out)


def _subordinate_looks(headings: Sequence[Heading]) -> frozenset[tuple[Look, int]]:
    """Unnumbered looks, by the depth of number they share it with, that stand inside a series of that look.

    Bold lines between `5.2.1` and `5.2.2`, set like these, are headings below them, there and elsewhere.
    """
    out = set()
    depth = _numbered_depths(headings)
    for index, heading in enumerate(headings):
        if heading.label is not None:
            continue
        before = next((i for i in range(index - 1, -1, -1) if headings[i].label is not None), None)
        after = next((i for i in range(index + 1, len(headings)) if headings[i].label is not None), None)
        if before is None or after is None or headings[before].parent != headings[after].parent:
            continue
        if not heading.look.outranks(headings[before].look) and depth[before] == depth[after]:
            out.add((heading.look, depth[before]))
    return frozenset(out)


def _numbered_depths(headings: Sequence[Heading]) -> dict[int, int]:
    depth: dict[int, int] = {}
    for index, heading in enumerate(headings):
        if heading.label is not None:
            depth[index] = 0 if heading.parent is None else depth[heading.parent] + 1
    return depth


def _unnumbered_parent(
    headings: Sequence[Heading],
    index: int,
    parents: Sequence[int | None],
    below: frozenset[tuple[Look, int]],
    above: frozenset[Look],
) -> int | None:
    """The heading that an unnumbered one stands under."""
    look = headings[index].look
    if look in above:
        return None
    depth = _numbered_depths(headings)
    held = _still_open(headings, index)
    at: int | None = index - 1 if index else None
    while at is not None:
        heading = headings[at]
        if at in held or heading.look.outranks(look):
            return at
        if heading.label is not None and (look, depth[at]) in below:
            return at
        at = parents[at]
    return None


def _still_open(headings: Sequence[Heading], index: int) -> frozenset[int]:
    """The numbered headings before `index` that have numbered headings below them after it."""
    out: set[int] = set()
    for heading in headings[index + 1 :]:
        parent = heading.parent
        while heading.label is not None and parent is not None and parent not in out:
            if parent < index:
                out.add(parent)
            parent = headings[parent].parent
    return frozenset(out)


# Paths


def _with_paths(headings: Sequence[Heading], parents: Sequence[int | None]) -> tuple[Node, ...]:
    nodes: list[Node] = []
    siblings: dict[int | None, list[str]] = defaultdict(list)
    for index, (heading, parent) in enumerate(zip(headings, parents, strict=True)):
        label = _label(headings, index, parent, len(siblings[parent]))
        count = siblings[parent].count(label)
        siblings[parent].append(label)
        if count:
            label = f"{label}~{count + 1}"
        path = label if parent is None else f"{nodes[parent].path}.{label}"
        nodes.append(Node(heading, parent, 1 if parent is None else nodes[parent].level + 1, path))
    return tuple(nodes)


def _label(headings: Sequence[Heading], index: int, parent: int | None, place: int) -> str:
    """What a heading adds to its parent's path: `1` for a printed `3.1` under `3`."""
    label = headings[index].label
    if label is None:
        return f"u{place + 1}"
    above = headings[parent].label if parent is not None else None
    if above is not None and len(label.segments) > 1:
        shared = len(above.segments)
        if above.segments == label.segments[:shared] and shared < len(label.segments):
            return ".".join(label.segments[shared:])
    return label.path
