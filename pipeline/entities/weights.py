"""The weights of spaCy's entity recognizer, laid out for `layers` and `parser`."""

import re
from typing import Any

import numpy as np

from pipeline.entities.layers import Floats, Layer, Words
from pipeline.entities.parser import Moves, Parser

_MAXOUT = r"maxout>>layernorm>>dropout"
_RESIDUAL = rf"residual\(expand_window>>{_MAXOUT}\)"
_USUAL = re.compile(
    r"extract_features>>list2ragged>>with_array\(ints-getitem>>hashembed(?:\|ints-getitem>>hashembed)*\)"
    rf">>with_array\({_MAXOUT}\)>>ragged2list>>with_array\({_RESIDUAL}(?:>>{_RESIDUAL})*\)>>list2array>>linear"
)
"""What thinc calls the layers of `spacy.HashEmbedCNN.v2` below a transition-based parser."""


def is_usual(ner: Any) -> bool:
    """Whether the network of a recognizer is of spaCy's usual make, by its layers and their sizes."""
    model = ner.model
    if not (model.name == "parser_model" and all(model.has_ref(ref) for ref in ("tok2vec", "lower", "upper"))):
        return False
    lower, tok2vec = model.get_ref("lower"), model.get_ref("tok2vec")
    nodes = list(tok2vec.walk())
    return (
        ner.cfg.get("beam_width", 1) == 1
        and model.ops.name == "numpy"
        and not model.attrs.get("unseen_classes")
        and _USUAL.fullmatch(tok2vec.name) is not None
        and all(node.attrs["window_size"] == 1 for node in nodes if node.name == "expand_window")
        and all(node.get_dim("nP") == 3 for node in nodes if node.name == "maxout")
        and tok2vec.layers[0].layers[1].attrs["pad"] == sum(node.name == "expand_window" for node in nodes)
        and (lower.get_dim("nF"), lower.get_dim("nP")) == (3, 2)
    )


def columns_of(ner: Any) -> list[Any]:
    """The features of a word that its embedding is made of."""
    return list(_embedding(ner).layers[0].attrs["columns"])


def words_of(ner: Any, layers: tuple[Layer, ...]) -> Words:
    """The words of a recognizer, none of them known yet."""
    hashes, mix = _embedding(ner).layers[2:4]

    def embed(features: Any) -> Floats:
        vectors: Floats = mix.predict(hashes.predict(features))
        return vectors

    return Words(embed, layers[0].weights)


def layers_of(ner: Any) -> tuple[Layer, ...]:
    """The layers that look to the sides."""
    nodes = list(ner.model.get_ref("tok2vec").layers[0].layers[1].walk(order="dfs_pre"))
    maxouts = [node for node in nodes if node.name == "maxout"]
    norms = [node for node in nodes if node.name == "layernorm"]
    return tuple(_layer(maxout, norm) for maxout, norm in zip(maxouts, norms, strict=True))


def parser_of(ner: Any) -> Parser:
    """The parser."""
    lower, upper = ner.model.get_ref("lower"), ner.model.get_ref("upper")
    project = ner.model.get_ref("tok2vec").layers[-1]
    here, first, before = (_pieces_apart(weights) for weights in lower.get_param("W"))
    bias = lower.get_param("b").T.ravel()
    _, no_first, no_before = (padding.T.ravel() for padding in lower.get_param("pad")[0])
    return Parser(
        project=(np.ascontiguousarray(project.get_param("W").T), project.get_param("b")),
        here=here,
        first=first,
        before=before,
        bias_outside=bias + no_first + no_before,
        bias_inside=bias,
        upper=(np.ascontiguousarray(upper.get_param("W").T), upper.get_param("b")),
        moves=_moves(ner.moves),
    )


def _embedding(ner: Any) -> Any:
    return ner.model.get_ref("tok2vec").layers[0].layers[0]


def _layer(maxout: Any, norm: Any) -> Layer:
    return Layer(
        weights=_pieces_apart(maxout.get_param("W")),
        bias=maxout.get_param("b").T.ravel(),
        scale=norm.get_param("G"),
        shift=norm.get_param("b"),
    )


def _pieces_apart(weights: Floats) -> Floats:
    """From outputs by pieces by inputs to inputs by (pieces by outputs)."""
    outputs, pieces, inputs = weights.shape
    return np.ascontiguousarray(weights.transpose(2, 1, 0).reshape(inputs, pieces * outputs))


def _moves(moves: Any) -> Moves:
    columns = {moves.get_class_name(column): column for column in range(moves.n_moves)}
    labels = tuple(name.removeprefix("B-") for name in columns if name.startswith("B-"))
    begins, inside, last, units = (np.array([columns[f"{move}-{label}"] for label in labels]) for move in "BILU")
    return Moves(labels=labels, out=columns["O"], begins=begins, inside=inside, last=last, units=units)
