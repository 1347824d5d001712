"""Composers: shapes, padding, exactness, files, learning."""

import json
from datetime import date

import numpy as np
import pytest
import torch

from fluxem_encoders.compose import read_count
from fluxem_encoders.layout import COMPOSE, WIDTH
from fluxem_encoders.registry import combine, decode, encode
from fluxem_encoders.values import Duration
from fluxem_qwen3.composer import (
    KINDS,
    ComposerConfig,
    ComposerError,
    build_composer,
    compose,
    composer_of,
    load_composer,
    positions,
    save_composer,
)
from fluxem_qwen3.operations import OPERATIONS, Step, exact

pytestmark = pytest.mark.usefixtures("one_thread")

EXACT = tuple(name for name in OPERATIONS if name != "compare")
SMALL = {kind: ComposerConfig(kind, hidden=32, layers=1) for kind in KINDS}


def steps(operation, *values):
    return [Step(operation, encode(value)) for value in values]


def batch(*sequences, length=None):
    """Sequences of one length or, padded with noise, of several."""
    size = length or max(map(len, sequences))
    values = torch.randn(len(sequences), size, WIDTH, generator=torch.Generator().manual_seed(3))
    operations = torch.zeros(len(sequences), size, dtype=torch.long)
    mask = torch.zeros(len(sequences), size, dtype=torch.bool)
    for i, sequence in enumerate(sequences):
        for k, step in enumerate(sequence):
            values[i, k] = torch.from_numpy(step.embedding)
            operations[i, k] = OPERATIONS.index(step.operation)
            mask[i, k] = True
    return values, operations, mask


@pytest.mark.parametrize("kind", KINDS)
def test_a_sequence_of_any_length_gives_one_embedding(kind):
    composer = build_composer(SMALL[kind])
    for size in (1, 2, 9, 70):
        composed = composer(*batch(steps("add", *range(size)), steps("compare", 5)))
        assert composed.shape == (2, WIDTH)
        assert composed.isfinite().all()


@pytest.mark.parametrize("kind", KINDS)
def test_what_stands_behind_a_sequence_changes_nothing(kind):
    composer = build_composer(SMALL[kind]).eval()
    sequences = [steps("compare", 5, -7), steps("add", 1, 2, 3), steps("compare", 4, 4, 9)]
    with torch.inference_mode():
        together = composer(*batch(*sequences, length=6))
        alone = torch.cat([composer(*batch(each)) for each in sequences])
    assert torch.allclose(together, alone, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_order_and_operation_matter(kind):
    composer = build_composer(SMALL[kind])
    plain = compose(composer, steps("compare", 5, -7, 2))
    assert not np.allclose(plain, compose(composer, steps("compare", 2, -7, 5)), atol=1e-4)
    assert not np.allclose(plain, compose(composer, steps("subtract", 5, -7, 2)), atol=1e-4)


def test_positions_differ_at_any_length():
    distances = torch.cdist(positions(128), positions(128)) + 9 * torch.eye(128)
    assert distances.min() > 0.5


VALUES = {
    "add": [(2, 3, -9), (1.5, 2), (date(2024, 2, 28), Duration(days=2))],
    "subtract": [(2, 3, -9), (date(2024, 3, 1), date(2024, 2, 1))],
    "multiply": [(7, -3, 10**12)],
    "divide": [(7, -3, 10**12), (6, 3)],
    "chain": [(3, 1, 2), ((1, 2), 3), (5, 0.25)],
    "nest": [(3, 1, 2), (5, True), (True, date(2024, 2, 28))],
}


def algebra(operation, values):
    first, *rest = map(encode, values)
    for each in rest:
        first = exact(operation, first, each)
    return first


def a_trained_one():
    composer = build_composer(SMALL["operation_aware"])
    optimizer = torch.optim.SGD(composer.parameters(), lr=0.5)
    for _ in range(3):
        loss = composer(*batch(steps("compare", 5, 3), steps("add", 5, 3))).pow(2).mean()
        loss.backward()
        optimizer.step()
    return composer


@pytest.mark.parametrize("operation", EXACT)
def test_what_the_algebra_knows_stays_exact(operation):
    fresh, trained = build_composer(SMALL["operation_aware"]), a_trained_one()
    assert not torch.equal(fresh.up.weight, trained.up.weight)
    for values in VALUES[operation]:
        expected = algebra(operation, values)
        assert np.array_equal(compose(fresh, steps(operation, *values)), expected)
        assert np.array_equal(compose(trained, steps(operation, *values)), expected)


def test_the_four_operations_are_those_of_the_encoders():
    for operation in ("add", "subtract", "multiply", "divide"):
        a, b = encode(7), encode(-3)
        assert np.array_equal(exact(operation, a, b), combine(operation, a, b))


def test_chained_values_are_a_list_and_nested_ones_are_counted():
    assert decode(algebra("chain", (3, 1, 2))) == (3, 1, 2)
    nested = algebra("nest", (3, 1, True))
    assert decode(nested) is True
    assert read_count(nested[COMPOSE]) == 3


@pytest.mark.parametrize(
    ("operation", "values"),
    [
        ("compare", (1, 2)),
        ("divide", (1, 0)),
        ("add", (1, True)),
        ("chain", (1, date(2024, 2, 28))),
        ("chain", (tuple(range(100)), 1)),
        ("add", (1.7e308, 1.7e308)),
    ],
)
def test_what_the_algebra_does_not_know_is_learned(operation, values):
    a, b = map(encode, values)
    assert exact(operation, a, b) is None
    before = compose(build_composer(SMALL["operation_aware"]), steps(operation, *values))
    after = compose(a_trained_one(), steps(operation, *values))
    assert np.isfinite(before).all()
    assert not np.array_equal(before, after)


def test_what_is_no_embedding_is_not_taken_for_one():
    noise = np.full(WIDTH, 0.3, dtype=np.float32)
    for operation in EXACT:
        assert exact(operation, noise, encode(1)) is None
        assert exact(operation, encode(1), noise) is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_composer_is_the_same(kind, tmp_path):
    composer = build_composer(SMALL[kind], seed=5).eval()
    save_composer(composer, tmp_path, {"seed": 5})
    again = load_composer(tmp_path)
    assert again.config == composer.config
    sequence = steps("compare", 5, -7, 2)
    assert np.array_equal(compose(composer, sequence), compose(again, sequence))
    assert {path.name for path in tmp_path.iterdir()} == {"composer.json", "model.safetensors"}
    assert json.loads((tmp_path / "composer.json").read_text())["record"] == {"seed": 5}


def test_the_seed_decides_the_weights():
    one, same, other = (build_composer(SMALL["gated"], seed) for seed in (1, 1, 2))
    assert torch.equal(one.up.weight, same.up.weight)
    assert not torch.equal(one.up.weight, other.up.weight)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "sum"}, "`kind` must be 'concat_project' | 'gated' | 'bilinear' | 'attention'"),
        ({"hidden": 0}, "`hidden` must be an integer from 1 to 4096, got 0"),
        ({"hidden": True}, "`hidden` must be an integer from 1 to 4096, got True"),
        ({"layers": 99}, "`layers` must be an integer from 1 to 16, got 99"),
    ],
)
def test_a_wrong_field_is_named(fields, message):
    with pytest.raises(ComposerError) as caught:
        ComposerConfig(**fields)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"layout_version": 7}, "`layout_version` must be 1"),
        ({"operations": ["add"]}, "`operations` must be add, subtract"),
        ({"config": {"kind": "sum"}}, "`kind` must be"),
        ({"config": {"kind": "gated", "colour": 1}}, "colour"),
        ({"config": {"kind": "attention"}}, "cannot read a composer from"),
        ({"quantization": {"bits": 3, "group": 32}}, "`fluxem.quantization.bits` must be 4 | 8"),
        ({"quantization": {"bits": 8, "group": 32}}, "cannot read a composer from"),
    ],
)
def test_a_folder_that_holds_no_composer_says_why(change, message, tmp_path):
    save_composer(build_composer(SMALL["gated"]), tmp_path, {})
    path = tmp_path / "composer.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ComposerError) as caught:
        load_composer(tmp_path)
    assert message in str(caught.value)


def test_a_checkpoint_has_the_composer_that_its_block_names(tmp_path):
    assert composer_of(tmp_path, None) is None
    with pytest.raises(ComposerError, match="cannot read a composer"):
        composer_of(tmp_path, "gated")
    save_composer(build_composer(SMALL["gated"]), tmp_path / "composer", {})
    assert composer_of(tmp_path, "gated").config == SMALL["gated"]
    with pytest.raises(ComposerError, match=r"`fluxem.composer` is 'bilinear', but .* 'gated'"):
        composer_of(tmp_path, "bilinear")
