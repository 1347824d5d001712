"""Settings of a run: the default file, and errors that name the field."""

import pytest

from fluxem_vllm.training.config import DEFAULT_CONFIG, ConfigError, TrainingConfig, read_config


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_embedded_checkpoints_configuration_is_read():
    config = read_config(DEFAULT_CONFIG)
    assert config.model.hidden_size == 320
    assert config.fluxem.layers == (0,)


def test_what_is_left_out_has_its_default(written):
    assert read_config(written("")) == TrainingConfig()
    config = read_config(written("[training]\nminutes = 5\n[fluxem]\nlayers = [0, 2]"))
    assert config.training.minutes == 5.0
    assert isinstance(config.training.minutes, float)
    assert config.fluxem.layers == (0, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sed = 1", "unknown field `sed`; known are seed, vocabulary"),
        ("[model]\nlayers = 2", "unknown field `model.layers`"),
        ("model = 5", "`model` must be a table, got 5"),
        ("seed = '1'", "`seed` must be a int, got 1"),
        ("seed = true", "`seed` must be a int, got True"),
        ("[training]\ninvented = 1.5", "`training.invented` must be from 0 to 1, got 1.5"),
        ("vocabulary = 100", "`vocabulary` must be at least 512, got 100"),
        ("[model]\nhidden_size = 128", "`model.hidden_size` must be at least 264, got 128"),
        ("[fluxem]\nlayers = [9]", "`fluxem.layers` must be layers from 0 to 5"),
        ("[training]\nminutes = 0", "`training.minutes` must be above 0"),
        ("[training]\npack_length = 99999", "`training.pack_length` must be from 256"),
        ("[training]\ndropout = 1", "`training.dropout` must be from 0 to below 1, got 1.0"),
        ("[training", "cannot read the configuration"),
    ],
)
def test_an_error_names_the_field_and_the_rule(written, text, message):
    with pytest.raises(ConfigError) as caught:
        read_config(written(text))
    assert message in str(caught.value)
