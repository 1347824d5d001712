import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from fluxem_qwen3.config import ConfigError, FluxEMConfig, Quantization, quantised

GOOD = FluxEMConfig(first_reference_id=400, layers=(0, 2))


def model(block, hidden_size=320, num_hidden_layers=3, vocab_size=600):
    return SimpleNamespace(
        fluxem=block,
        hidden_size=hidden_size,
        num_hidden_layers=num_hidden_layers,
        vocab_size=vocab_size,
    )


def test_a_block_survives_json():
    assert FluxEMConfig.from_dict(json.loads(json.dumps(GOOD.to_dict()))) == GOOD
    assert FluxEMConfig.of(model(GOOD.to_dict())) == GOOD
    composed = replace(GOOD, composer="operation_aware")
    assert FluxEMConfig.from_dict(json.loads(json.dumps(composed.to_dict()))) == composed


def test_how_weights_are_stored_survives_json():
    for bits in (4, 8):
        stored = replace(GOOD, quantization=Quantization(bits=bits, group=64))
        block = json.loads(json.dumps(stored.to_dict()))
        assert block["quantization"] == {"bits": bits, "group": 64}
        assert FluxEMConfig.from_dict(block) == stored
        assert quantised({"fluxem": block})
    assert not quantised({"fluxem": GOOD.to_dict()})
    assert quantised({"quantization_config": {}})


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ({"bits": 5, "group": 32}, "`fluxem.quantization.bits` must be 4 | 8, got 5"),
        ({"bits": 8.0, "group": 32}, "`fluxem.quantization.bits` must be 4 | 8, got 8.0"),
        ({"bits": 8, "group": 0}, "`fluxem.quantization.group` must be an integer >= 2, got 0"),
        ({"bits": 8, "group": 33}, "`fluxem.quantization.group` must be an even integer, got 33"),
        (
            {"bits": 8},
            "`fluxem.quantization` must be an object with ['bits', 'group'], got {'bits': 8}",
        ),
        ({"bits": 8, "group": 32, "zero": 1}, "must be an object with ['bits', 'group'], got"),
    ],
)
def test_a_wrong_way_of_storing_weights_is_named(block, text):
    with pytest.raises(ConfigError) as caught:
        FluxEMConfig.from_dict(GOOD.to_dict() | {"quantization": block})
    assert text in str(caught.value)


def test_a_block_from_before_composers_has_none():
    block = GOOD.to_dict()
    del block["composer"]
    assert FluxEMConfig.from_dict(block).composer is None


def test_a_block_from_before_guidance_has_none():
    block = replace(GOOD, guided=True).to_dict()
    assert FluxEMConfig.from_dict(json.loads(json.dumps(block))).guided
    del block["guided"]
    assert not FluxEMConfig.from_dict(block).guided


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("guided", 1, "`fluxem.guided` must be a bool, got 1"),
        ("layout_version", 2, "`fluxem.layout_version` must be 1, got 2"),
        ("method", "add", "`fluxem.method` must be 'additive' | 'replace' | 'gated', got 'add'"),
        ("render", "text", "`fluxem.render` must be 'reference' | 'overlay', got 'text'"),
        ("composer", "sum", "`fluxem.composer` must be None | 'concat_project' | 'gated' | 'bi"),
        ("composer", "", "'attention' | 'operation_aware', got ''"),
        ("quantization", {}, "`fluxem.quantization` must be an object with `bits` and `group`"),
        (
            "quantization",
            Quantization(group=96),
            "`fluxem.quantization.group` must be a divisor of",
        ),
        ("layers", (), "`fluxem.layers` must be a list of layer numbers, got ()"),
        ("layers", (-1,), "`fluxem.layers` must be an integer >= 0, got -1"),
        ("layers", (True,), "`fluxem.layers` must be an integer >= 0, got True"),
        ("layers", (2, 0), "`fluxem.layers` must be ascending, without repeats, got (2, 0)"),
        ("projector_hidden", 0, "`fluxem.projector_hidden` must be an integer >= 1, got 0"),
        ("projector_shared", 1, "`fluxem.projector_shared` must be a bool, got 1"),
        ("gain", 0, "`fluxem.gain` must be a finite number > 0, got 0"),
        ("domains", ("alchemy",), "`fluxem.domains` must be 'arithmetic' | 'biology' | "),
        ("domains", "physics", "`fluxem.domains` must be a list of domains, got 'physics'"),
        ("gain", float("nan"), "`fluxem.gain` must be a finite number > 0, got nan"),
        ("gain", "1", "`fluxem.gain` must be a finite number > 0, got '1'"),
        ("references", 1001, "`fluxem.references` must be an integer >= 1 and <= 1000, got 1001"),
        ("first_reference_id", None, "`fluxem.first_reference_id` must be an integer >= 0, got"),
    ],
)
def test_a_wrong_field_is_named(field, value, text):
    with pytest.raises(ConfigError) as caught:
        replace(GOOD, **{field: value})
    assert text in str(caught.value)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("hf_config", "text"),
    [
        (model(None), "no `fluxem` block"),
        (model({}), "needs `first_reference_id`"),
        (model(GOOD.to_dict() | {"colour": 1}), "no field 'colour'"),
        (model(GOOD.to_dict() | {"layout_version": 7}), "layout_version` must be 1, got 7"),
        (model(GOOD.to_dict(), hidden_size=263), "`hidden_size` must be >= 264"),
        (model(GOOD.to_dict(), num_hidden_layers=2), r"`fluxem.layers` must be layers below 2"),
        (model(GOOD.to_dict(), vocab_size=527), "`fluxem.first_reference_id` must be at most 399"),
    ],
)
def test_a_block_must_fit_its_model(hf_config, text):
    with pytest.raises(ConfigError, match=text):
        FluxEMConfig.of(hf_config)
