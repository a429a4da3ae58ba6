"""Whether checkpoints of other families are loaded by transformers' own classes; the ones here are tiny."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import (
    DeepseekOcr2Config,
    DeepseekOcr2ForConditionalGeneration,
    DeepseekOcr2ImageProcessorPil,
    DeepseekOcr2Processor,
    Glm46VImageProcessorPil,
    GlmOcrConfig,
    GlmOcrForConditionalGeneration,
    Lfm2VlConfig,
    Lfm2VlForConditionalGeneration,
    Lfm2VlProcessor,
    LightOnOcrConfig,
    LightOnOcrForConditionalGeneration,
    LightOnOcrProcessor,
    PaddleOCRVLConfig,
    PaddleOCRVLForConditionalGeneration,
    PaddleOCRVLImageProcessorPil,
    PaddleOCRVLProcessor,
    PixtralImageProcessorPil,
    Qwen2VLImageProcessorPil,
    Qwen3_5Config,
    Qwen3_5ForConditionalGeneration,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
    TokenizersBackend,
)

from fixtures.checkpoints import byte_tokenizer
from subextract import ocr
from subextract.errors import EngineError, UsageError
from subextract.ocr.vlm.checkpoint import Checkpoint, prompt
from subextract.ocr.vlm.loading import source_of
from subextract.ocr.vlm.profiles import (
    CHANDRA,
    CHANDRA_2,
    DEEPSEEK,
    GLM,
    HUNYUAN,
    HUNYUAN_1_5,
    LFM,
    LIGHTON,
    LIGHTON_3,
    PADDLE,
    Profile,
)
from subextract.ocr.vlm.protocol import Question
from subextract.options import Options
from subextract.types import Image

pytestmark = pytest.mark.usefixtures("one_thread")

SPECIAL = (
    "<|im_start|>",
    "<|im_end|>",
    "<|endoftext|>",
    "<|image|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|video|>",
)
START, END, PAD, IMAGE, VISION_START, VISION_END, VIDEO = range(len(SPECIAL))
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}{% for part in message.content %}"
    "{{ '<|vision_start|><|image|><|vision_end|>' if part.type == 'image' else part.text }}{% endfor %}<|im_end|>"
    "{% endfor %}<|im_start|>assistant"
)
WIDTHS = {"hidden_size": 32, "intermediate_size": 64}
LAYERS = {"num_hidden_layers": 2, "num_attention_heads": 2}
SIZES = [(32, 64), (40, 200), (64, 96), (30, 320)]


def words(**more: int) -> TokenizersBackend:
    names = {"image_token": IMAGE, "video_token": VIDEO, "vision_start_token": VISION_START} | more
    return TokenizersBackend(
        tokenizer_object=byte_tokenizer(list(SPECIAL), ["user assistant"]),
        eos_token=SPECIAL[END],
        pad_token=SPECIAL[PAD],
        extra_special_tokens={name: SPECIAL[number] for name, number in names.items()},
    )


def saved(folder: Path, model: Any, *parts: Any) -> Path:
    model.generation_config.eos_token_id = END
    model.save_pretrained(folder)
    for part in parts:
        part.save_pretrained(folder)
    return folder


def patches_of_qwen() -> Qwen2VLImageProcessorPil:
    """What the kinds of Qwen's family cut pictures with."""
    return Qwen2VLImageProcessorPil(
        patch_size=16, merge_size=2, size={"shortest_edge": 32 * 32, "longest_edge": 32 * 32 * 64}
    )


def chandra(folder: Path) -> Path:
    """As on the hub: pictures and words in files of their own, with nothing about videos."""
    vocabulary = words()
    rope = {"rope_type": "default", "rope_theta": 1000.0, "mrope_section": [4, 2, 2], "mrope_interleaved": True}
    text = {"vocab_size": len(vocabulary), "num_key_value_heads": 1, "head_dim": 16, "rope_parameters": rope}
    vision = {"depth": 2, "num_heads": 2, "out_hidden_size": 32, "num_position_embeddings": 64}
    config = Qwen3VLConfig(
        image_token_id=IMAGE,
        video_token_id=VIDEO,
        vision_start_token_id=VISION_START,
        vision_end_token_id=VISION_END,
        vision_config=vision | WIDTHS | {"deepstack_visual_indexes": [0]},
        text_config=text | WIDTHS | LAYERS,
    )
    vocabulary.chat_template = TEMPLATE
    return saved(folder, Qwen3VLForConditionalGeneration(config), patches_of_qwen(), vocabulary)


def qwen3_5(folder: Path) -> Path:
    """Chandra 2, and LightOnOCR-3 as 0.8B and 4B: three of four layers have attention that is linear."""
    vocabulary = words()
    rope = {"rope_type": "default", "rope_theta": 1000.0, "mrope_section": [2, 1, 1], "mrope_interleaved": True}
    text = {"vocab_size": len(vocabulary), "num_key_value_heads": 1, "head_dim": 16, "rope_parameters": rope}
    text |= {"partial_rotary_factor": 0.5, "layer_types": ["linear_attention", "full_attention"]}
    linear = {"linear_key_head_dim": 16, "linear_value_head_dim": 16}
    linear |= {"linear_num_key_heads": 2, "linear_num_value_heads": 2}
    vision = {"depth": 2, "num_heads": 2, "out_hidden_size": 32, "num_position_embeddings": 64}
    config = Qwen3_5Config(
        image_token_id=IMAGE,
        video_token_id=VIDEO,
        vision_start_token_id=VISION_START,
        vision_end_token_id=VISION_END,
        vision_config=vision | WIDTHS,
        text_config=text | linear | WIDTHS | LAYERS | {"eos_token_id": END},
    )
    vocabulary.chat_template = TEMPLATE
    return saved(folder, Qwen3_5ForConditionalGeneration(config), patches_of_qwen(), vocabulary)


def glm(folder: Path) -> Path:
    """As on the hub: no class of processors is known by the kind, the files name GLM-4.6V's."""
    vocabulary = words()
    rope = {"rope_type": "default", "rope_theta": 1000.0, "mrope_section": [4, 2, 2]}
    text = {"vocab_size": len(vocabulary), "num_key_value_heads": 1, "head_dim": 16, "rope_parameters": rope}
    vision = {"depth": 2, "num_heads": 2, "out_hidden_size": 32, "image_size": 56}
    config = GlmOcrConfig(
        image_token_id=IMAGE,
        video_token_id=VIDEO,
        image_start_token_id=VISION_START,
        image_end_token_id=VISION_END,
        vision_config=vision | WIDTHS,
        text_config=text | WIDTHS | LAYERS | {"pad_token_id": PAD, "eos_token_id": END},
    )
    vocabulary.chat_template = TEMPLATE
    pictures = Glm46VImageProcessorPil(size={"shortest_edge": 2 * 28 * 28, "longest_edge": 2 * 28 * 28 * 64})
    saved(folder, GlmOcrForConditionalGeneration(config), pictures, vocabulary)
    file = folder / "preprocessor_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"processor_class": "Glm46VProcessor"}))
    return folder


def lighton(folder: Path) -> Path:
    vocabulary = words(image_break_token=VIDEO, image_end_token=VISION_END)
    text = {"model_type": "qwen3", "vocab_size": len(vocabulary), "num_key_value_heads": 1, "head_dim": 16}
    vision = {"model_type": "pixtral", "head_dim": 16, "image_size": 140, "patch_size": 14}
    config = LightOnOcrConfig(
        image_token_id=IMAGE,
        vision_config=vision | WIDTHS | LAYERS,
        text_config=text | WIDTHS | LAYERS | {"pad_token_id": PAD, "eos_token_id": END},
    )
    pictures = PixtralImageProcessorPil(patch_size=28, size={"longest_edge": 140})  # four patches become one token
    whole = LightOnOcrProcessor(pictures, vocabulary, chat_template=TEMPLATE)
    return saved(folder, LightOnOcrForConditionalGeneration(config), whole)


def paddle(folder: Path) -> Path:
    vocabulary = words()
    rope = {"rope_type": "default", "rope_theta": 1000.0, "mrope_section": [4, 2, 2]}
    text = {"vocab_size": len(vocabulary), "num_key_value_heads": 1, "head_dim": 16, "rope_parameters": rope}
    config = PaddleOCRVLConfig(
        image_token_id=IMAGE,
        video_token_id=VIDEO,
        vision_start_token_id=VISION_START,
        vision_end_token_id=VISION_END,
        vision_config=WIDTHS | LAYERS | {"image_size": 56},
        text_config=text | WIDTHS | LAYERS | {"pad_token_id": PAD, "eos_token_id": END},
    )
    pictures = PaddleOCRVLImageProcessorPil(size={"shortest_edge": 28 * 28, "longest_edge": 28 * 28 * 64})
    whole = PaddleOCRVLProcessor(pictures, vocabulary, chat_template=TEMPLATE)
    return saved(folder, PaddleOCRVLForConditionalGeneration(config), whole)


def lfm(folder: Path) -> Path:
    """Its pictures need torchvision, which nothing else here does."""
    pytest.importorskip("torchvision")
    from transformers.models.lfm2_vl.image_processing_lfm2_vl import Lfm2VlImageProcessor

    vocabulary = words(image_start_token=VISION_START, image_end_token=VISION_END)
    text = {"model_type": "lfm2", "vocab_size": len(vocabulary), "num_key_value_heads": 1, "block_ff_dim": 64}
    text |= {"layer_types": ["conv", "full_attention"], "pad_token_id": PAD, "eos_token_id": END}
    vision = {"model_type": "siglip2_vision_model", "num_patches": 64, "patch_size": 16}
    config = Lfm2VlConfig(
        image_token_id=IMAGE,
        projector_hidden_size=32,
        vision_config=vision | WIDTHS | LAYERS,
        text_config=text | WIDTHS | LAYERS,
    )
    pictures = Lfm2VlImageProcessor(min_image_tokens=4, max_image_tokens=64)
    whole = Lfm2VlProcessor(pictures, vocabulary, chat_template=TEMPLATE)
    return saved(folder, Lfm2VlForConditionalGeneration(config), whole)


def deepseek(folder: Path) -> Path:
    """Narrow, and as high and wide as the true one: how many tokens a picture becomes is fixed in its class."""
    vocabulary = words()
    text = {"vocab_size": len(vocabulary), "n_routed_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 32}
    text |= {"pad_token_id": PAD, "eos_token_id": END, "bos_token_id": START}
    sam = LAYERS | {"hidden_size": 32, "output_channels": 16, "downsample_channels": [24, 32]}
    encoder = WIDTHS | LAYERS | {"num_key_value_heads": 2, "vocab_size": 2}
    config = DeepseekOcr2Config(
        image_token_id=IMAGE,
        vision_config={"sam_config": sam | {"global_attn_indexes": []}, "encoder_config": encoder},
        text_config=text | WIDTHS | LAYERS | {"mlp_layer_types": ["dense", "sparse"]},
    )
    whole = DeepseekOcr2Processor(DeepseekOcr2ImageProcessorPil(), vocabulary, chat_template=TEMPLATE)
    return saved(folder, DeepseekOcr2ForConditionalGeneration(config), whole)


def noise(height: int, width: int, seed: int) -> Image:
    return np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    ("make", "family"),
    [
        (chandra, CHANDRA),
        (qwen3_5, CHANDRA_2),
        (paddle, PADDLE),
        (deepseek, DEEPSEEK),
        pytest.param(glm, GLM, marks=pytest.mark.filterwarnings("ignore:__array__ implementation")),  # of transformers
        (lighton, LIGHTON),
        (lfm, LFM),
    ],
)
def test_a_family_is_loaded_and_asked_as_its_authors_do(
    tmp_path: Path, make: Callable[[Path], Path], family: Profile
) -> None:
    torch.manual_seed(1)
    folder = make(tmp_path / f"my-{family.name}")
    source, found = source_of(Options(model=str(folder), device="cpu", dtype="fp32").asked)
    assert found is family
    reader = Checkpoint(source, replace(found, temperature=0.0))  # what is drawn differs by the row
    asked = [Question(noise(*size, seed), found.reading, 6) for seed, size in enumerate(SIZES)]
    together = reader.answers(asked)
    alone = [reader.answers([question])[0] for question in asked]
    assert [answer.text for answer in together] == [answer.text for answer in alone]
    assert [answer.score for answer in together] == pytest.approx([answer.score for answer in alone], abs=1e-5)


@pytest.mark.parametrize("make", [lighton, qwen3_5])
def test_a_family_that_is_to_be_sampled_is_and_says_the_same_each_time(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    torch.manual_seed(1)
    source, found = source_of(Options(model=str(make(tmp_path / "LightOnOCR-3")), device="cpu", dtype="fp32").asked)
    assert found is LIGHTON_3
    asked = [Question(noise(*size, seed), found.reading, 12) for seed, size in enumerate(SIZES)]
    readers = [Checkpoint(source, replace(found, temperature=heat)) for heat in (0.0, 9.0, 9.0)]
    state = torch.random.get_rng_state()
    drawn = [reader.answers(asked) for reader in readers]
    assert torch.equal(torch.random.get_rng_state(), state)
    assert drawn[1] == drawn[2]
    assert [answer.text for answer in drawn[1]] != [answer.text for answer in drawn[0]]


def test_a_template_that_knows_of_thinking_is_told_that_there_is_none() -> None:
    class Words:
        chat_template = "{% if enable_thinking is defined and enable_thinking is false %}<think></think>{% endif %}"

        def apply_chat_template(self, *_: object, **said: object) -> str:
            return str(said.get("enable_thinking"))

    assert [prompt(Words(), "", None, thinking=thinking) for thinking in (True, False)] == ["None", "False"]


@pytest.mark.parametrize("kind", ["deepseek_vl_v2", "bert"])
def test_a_model_that_transformers_has_no_class_for_is_refused_and_its_code_not_run(tmp_path: Path, kind: str) -> None:
    code = "raise SystemExit('this was run')"
    (tmp_path / "modeling_own.py").write_text(code)
    config = {"model_type": kind, "auto_map": {"AutoConfig": "modeling_own.OwnConfig"}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(EngineError) as error:
        ocr.reader("hunyuan", asked=Options(model=str(tmp_path), profile="deepseek-ocr", device="cpu").asked)
    assert str(error.value) == (
        f"{tmp_path} is a model of the kind {kind!r}, for which transformers has no code of its own that answers with "
        "text to pictures; let a server answer with it (--engine server), or name another --model."
    )


@pytest.mark.parametrize(
    ("name", "kind", "family"),
    [
        ("HunyuanOCR", "hunyuan_vl", HUNYUAN),
        ("weights", "hunyuan_vl", HUNYUAN),
        ("HunyuanOCR-1.5", "hunyuan_vl", HUNYUAN_1_5),
        ("chandra", "qwen3_vl", CHANDRA),
        ("DeepSeek-OCR-2", "deepseek_ocr2", DEEPSEEK),
        ("weights", "paddleocr_vl", PADDLE),
        ("chandra-ocr-2", "qwen3_5", CHANDRA_2),
        ("LightOnOCR-3-4B", "qwen3_5", LIGHTON_3),
        ("LightOnOCR-3-1B", "lighton_ocr", LIGHTON_3),
        ("LightOnOCR-2-1B", "lighton_ocr", LIGHTON),
        ("weights", "glm_ocr", GLM),
        ("LFM2.5-VL-3B", "lfm2_vl", LFM),
        ("weights", "lfm2_vl", LFM),
    ],
)
def test_the_name_of_a_folder_or_its_kind_tells_how_the_model_is_asked(
    tmp_path: Path, name: str, kind: str, family: Profile
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": kind}))
    assert source_of(Options(model=str(folder)).asked)[1] is family


def test_what_only_torchvision_prepares_is_said_to_need_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(1)
    folder = lighton(tmp_path / "LFM2.5-VL")

    def missing(*_: object) -> None:
        raise ImportError("Missing optional dependencies: torchvision.")

    monkeypatch.setattr("subextract.ocr.vlm.loading._processor", missing)
    monkeypatch.setattr("subextract.ocr.vlm.loading.find_spec", lambda name: None)
    with pytest.raises(EngineError) as error:
        ocr.reader("hunyuan", asked=Options(model=str(folder), device="cpu").asked)
    assert str(error.value) == (
        f"{folder} needs torchvision for its pictures; install the one that fits your torch (pip install torchvision), "
        "or let a server answer with it (--engine server)."
    )


def test_a_folder_of_an_unknown_family_needs_a_profile(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "qwen3_vl"}))
    with pytest.raises(UsageError, match="wants to be asked is not known; add --profile"):
        source_of(Options(model=str(tmp_path)).asked)
