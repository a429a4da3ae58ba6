"""Whether a checkpoint of HunyuanOCR's architecture is loaded and asked as it must be; the ones here are tiny."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from huggingface_hub import constants
from safetensors import safe_open
from transformers import (
    HunYuanVLConfig,
    HunYuanVLForConditionalGeneration,
    HunYuanVLTextConfig,
    LightOnOcrConfig,
    LightOnOcrForConditionalGeneration,
    LightOnOcrProcessor,
    PixtralImageProcessorPil,
    TokenizersBackend,
)

from benchmarks.vlm import TRUE_CONFIGURATION
from fixtures.checkpoints import SPECIAL, SUBTITLES, byte_tokenizer, config, model, processor, random_checkpoint, save
from subextract import ocr
from subextract.errors import EngineError, UsageError
from subextract.ocr.vlm.checkpoint import Checkpoint, batches, prompt
from subextract.ocr.vlm.loading import Source, devices, loaded, precision, source_of
from subextract.ocr.vlm.profiles import HUNYUAN, LIGHTON
from subextract.ocr.vlm.protocol import Answer, Question
from subextract.options import Options
from subextract.types import Box, Clip, Image

SIZES = [(32, 64), (40, 200), (64, 96), (30, 320), (32, 64), (48, 128)]


pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lively(random_checkpoint(tmp_path_factory.mktemp("checkpoints") / "hunyuan"))


def lively(folder: Path) -> Path:
    """Random weights say one token all the time; larger ones say something else for each picture."""
    words = processor()
    shaken = model(words, seed=3)
    with torch.no_grad():
        for weight in shaken.parameters():
            weight.mul_(6 if weight.dim() > 1 else 1)
    save(folder, shaken, words)
    return folder


def noise(height: int, width: int, seed: int = 0) -> Image:
    return np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8)


def questions(max_tokens: int = 8) -> list[Question]:
    return [Question(noise(*size, seed), SUBTITLES, max_tokens) for seed, size in enumerate(SIZES)]


def checkpoint(folder: Path, **source: Any) -> Checkpoint:
    return Checkpoint(Source(str(folder), **{"device": "cpu", "dtype": "fp32", **source}), HUNYUAN)


def test_a_batch_is_answered_as_one_by_one(folder: Path) -> None:
    reader = checkpoint(folder)
    together = reader.answers(questions())
    alone = [reader.answers([question])[0] for question in questions()]
    assert [answer.text for answer in together] == [answer.text for answer in alone]
    assert [answer.score for answer in together] == pytest.approx([answer.score for answer in alone], abs=1e-6)
    assert len({answer.text for answer in together}) > 1


def logits(model: Any, words: Any, pictures: list[Image]) -> torch.Tensor:
    given = words(text=[prompt(words, SUBTITLES, "")] * len(pictures), images=pictures, return_tensors="pt")
    with torch.inference_mode():
        found: torch.Tensor = model(**given).logits[:, -1]
        return found


def test_a_picture_s_place_in_the_batch_does_not_count_as_it_does_upstream(folder: Path) -> None:
    """When the last assertion fails, upstream counts by row: then loading.number_pictures_by_row can go."""
    words, corrected = loaded(Source(str(folder)), "float32")
    same = [noise(32, 96)] * 6
    rows = logits(corrected, words, same)
    assert torch.equal(rows, rows[:1].expand_as(rows)) or (rows - rows[:1]).abs().max() < 1e-5
    stock = HunYuanVLForConditionalGeneration.from_pretrained(folder).eval()
    rows = logits(stock, words, same)
    assert (rows - rows[:1]).abs().max() > 1e-3


def test_prompts_are_padded_on_the_left_whatever_the_files_say(folder: Path) -> None:
    assert loaded(Source(str(folder)), "float32")[0].tokenizer.padding_side == "right"
    assert checkpoint(folder)._copies[0]._processor.tokenizer.padding_side == "left"


def test_the_prompt_has_the_empty_system_message_and_the_picture_before_the_words(folder: Path) -> None:
    words, _ = loaded(Source(str(folder)), "float32")
    start, image, end = (SPECIAL[f"image{name}_token"] for name in ("_start", "", "_end"))
    assert prompt(words, SUBTITLES, HUNYUAN.system) == (
        f"{SPECIAL['bos_token']}{SPECIAL['system']}{start}{image}{end}{SUBTITLES}{SPECIAL['user']}"
    )
    assert prompt(words, "", LIGHTON.system) == f"{SPECIAL['bos_token']}{start}{image}{end}{SPECIAL['user']}"
    words.chat_template = None
    assert prompt(words, "Free OCR.", None) == f"{image}\nFree OCR."


def test_an_answer_stops_at_its_own_limit_and_says_that_it_did_not_end(folder: Path) -> None:
    asked = [Question(noise(32, 64), SUBTITLES, 3), Question(noise(32, 64), SUBTITLES, 12)]
    short, long = checkpoint(folder).answers(asked)
    assert (short.ended, long.ended) == (False, False)
    assert len(short.text) < len(long.text)


@pytest.mark.parametrize("name", ["eos_token", "end_of_document"])
def test_either_end_token_ends_an_answer(folder: Path, tmp_path: Path, name: str) -> None:
    """A model that says nothing but one token: its weights make that one the likeliest after anything."""
    words = processor()
    only = model(words)
    token = words.tokenizer.convert_tokens_to_ids(SPECIAL[name])
    with torch.no_grad():
        only.model.language_model.norm.weight.zero_()
        only.lm_head.weight = torch.nn.Parameter(only.lm_head.weight.clone())
    only.config.tie_word_embeddings = False
    save(tmp_path, only, words)
    reader = checkpoint(tmp_path)
    copy = reader._copies[0]
    copy._model.lm_head.register_forward_hook(
        lambda *given: (
            torch.nn.functional.one_hot(torch.full(given[2].shape[:-1], token), given[2].shape[-1]).float() * 20
        )
    )
    copy._model.generation_config.eos_token_id = None  # as in files that name none
    assert reader.answers(questions()[:2]) == [Answer("", None, ended=True)] * 2


def test_pictures_of_similar_size_are_answered_together() -> None:
    sizes = [(32, 64), (40, 800), (32, 70), (40, 780), (2048, 2048), (32, 66)]
    asked = [Question(noise(*size), SUBTITLES, 8) for size in sizes]
    assert list(batches(asked, 3)) == [[4], [1, 3, 2], [5, 0]]
    assert list(batches([], 3)) == []


def test_out_of_memory_halves_the_batch_and_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = checkpoint(folder).answers(questions())
    reader = checkpoint(folder)
    generate = reader._copies[0]._model.generate
    seen: list[int] = []

    def scarce(**given: Any) -> Any:
        seen.append(len(given["input_ids"]))
        if seen[-1] > 2:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return generate(**given)

    monkeypatch.setattr(reader._copies[0]._model, "generate", scarce)
    answers = reader.answers(questions())
    assert [answer.text for answer in answers] == [answer.text for answer in expected]
    assert seen == [6, 3, 1, 2, 3, 1, 2]


def test_a_picture_for_which_memory_never_suffices_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = checkpoint(folder)

    def scarce(**given: Any) -> Any:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(reader._copies[0]._model, "generate", scarce)
    with pytest.raises(EngineError, match="not enough memory on cpu for one picture; lower --min-pixels"):
        reader.answers(questions())


def test_several_devices_share_the_questions(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = checkpoint(folder).answers(questions() * 4)
    monkeypatch.setattr("subextract.ocr.vlm.checkpoint.devices", lambda *given: ["cpu", "cpu"])
    reader = checkpoint(folder)
    assert reader.batch == 16
    assert [answer.text for answer in reader.answers(questions() * 4)] == [answer.text for answer in expected]


def patches(reader: Checkpoint, picture: Image) -> int:
    return int(reader._copies[0]._given([Question(picture, SUBTITLES, 8)]).tensors["pixel_values"].shape[0])


def test_pictures_are_enlarged_as_the_checkpoint_says_unless_told_otherwise(folder: Path, tmp_path: Path) -> None:
    large = tmp_path / "large"
    shutil.copytree(folder, large)
    settings = json.loads((large / "processor_config.json").read_text("utf-8"))
    settings["image_processor"]["size"] = {"shortest_edge": 512 * 512, "longest_edge": 4096 * 4096}
    (large / "processor_config.json").write_text(json.dumps(settings), "utf-8")
    strip, page = noise(64, 640), noise(3000, 3000)
    assert patches(checkpoint(large), strip) == 1224  # 1632 x 192 pixels, in patches of 16 x 16
    assert patches(checkpoint(large, min_pixels=32 * 32), strip) == 160
    assert patches(checkpoint(large), page) <= 2048 * 2048 / 256


@pytest.mark.parametrize("dtype", ["bf16", "fp16", "int8", "auto"])
def test_other_numbers_work_too(folder: Path, dtype: str) -> None:
    answers = checkpoint(folder, dtype=dtype).answers(questions()[:2])
    assert [0 < (answer.score or 0) <= 1 for answer in answers] == [True, True]


def test_the_numbers_fit_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    for able, name in (
        ({"avx512_bf16": True}, "bfloat16"),
        ({"amx_bf16": True}, "bfloat16"),
        ({"avx2": True}, "float32"),
    ):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda able=able: able)
        assert precision(torch, "auto", "cpu") == name
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: True)
    assert [precision(torch, "auto", "cuda:0"), precision(torch, "fp16", "cuda:0")] == ["bfloat16", "float16"]
    with pytest.raises(EngineError, match="There is no --dtype 'fp8'; write auto, fp32"):
        precision(torch, "fp8", "cpu")
    with pytest.raises(EngineError, match="int8 is for CPUs"):
        precision(torch, "int8", "cuda:0")


def test_all_gpus_are_taken_where_there_are_some_and_the_cpu_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert devices(torch, "auto") == ["cpu"]
    with pytest.raises(EngineError, match="no device 'cuda' here, only cpu; leave --device out"):
        devices(torch, "cuda")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert [devices(torch, name) for name in ("auto", "cuda", "cuda:1", "cpu")] == [
        ["cuda:0", "cuda:1"],
        ["cuda:0", "cuda:1"],
        ["cuda:1"],
        ["cpu"],
    ]


# --- another family ----------------------------------------------------------------------------------------------


def light_on(folder: Path) -> Path:
    """A tiny LightOnOCR, whose prompts are pictures without words."""
    special = ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|image_pad|>", "<|vision_pad|>", "<|vision_end|>"]
    tokenizer = TokenizersBackend(
        tokenizer_object=byte_tokenizer(special, ["user assistant"]),
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        extra_special_tokens={
            "image_token": "<|image_pad|>",
            "image_break_token": "<|vision_pad|>",
            "image_end_token": "<|vision_end|>",
        },
    )
    template = (
        "{% for message in messages %}<|im_start|>{{ message.role }}{% for part in message.content %}"
        "{{ '<|image_pad|>' if part.type == 'image' else part.text }}{% endfor %}<|im_end|>{% endfor %}"
        "<|im_start|>assistant"
    )
    size = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "head_dim": 16,
    }
    torch.manual_seed(1)
    tiny = LightOnOcrForConditionalGeneration(
        LightOnOcrConfig(
            image_token_id=3,
            vision_config={"model_type": "pixtral", "patch_size": 16, "image_size": 256, **size},
            text_config={"model_type": "qwen3", "vocab_size": len(tokenizer), "num_key_value_heads": 1, **size},
        )
    )
    tiny.generation_config.eos_token_id = None
    tiny.save_pretrained(folder)
    pictures = PixtralImageProcessorPil(patch_size={"height": 16, "width": 16}, size={"longest_edge": 256})
    sizes = {"patch_size": 16, "spatial_merge_size": 2}
    LightOnOcrProcessor(pictures, tokenizer, chat_template=template, **sizes).save_pretrained(folder)
    return folder


def test_another_family_is_asked_in_its_own_way_by_the_same_code(tmp_path: Path) -> None:
    source, family = source_of(Options(model=str(light_on(tmp_path)), device="cpu", dtype="fp32").asked)
    reader = Checkpoint(source, family)
    asked = [Question(noise(*size, seed), family.reading, 6) for seed, size in enumerate(SIZES)]
    assert family is LIGHTON
    together = reader.answers(asked)
    alone = [reader.answers([question])[0] for question in asked]
    assert [answer.text for answer in together] == [answer.text for answer in alone]
    assert [answer.score for answer in together] == pytest.approx([answer.score for answer in alone], abs=1e-6)


# --- files -------------------------------------------------------------------------------------------------------


def test_a_missing_folder_is_told() -> None:
    with pytest.raises(EngineError, match=r"The folder /no/where does not exist; give --model the folder"):
        checkpoint(Path("/no/where"))


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda folder: (folder / "model.safetensors").write_bytes(b"x" * 100), "cannot be loaded"),
        (lambda folder: (folder / "model.safetensors").unlink(), "cannot be loaded"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "cannot be loaded"),
        (lambda folder: (folder / "config.json").write_text("{"), "holds no checkpoint"),
        (lambda folder: (folder / "config.json").unlink(), "holds no checkpoint"),
    ],
    ids=["cut weights", "no weights", "no tokenizer", "damaged configuration", "no configuration"],
)
def test_a_broken_folder_is_told_in_one_sentence(folder: Path, tmp_path: Path, damage: Any, told: str) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    damage(broken)
    with pytest.raises(EngineError, match=told) as error:
        ocr.reader("hunyuan", asked=Options(model=str(broken), device="cpu").asked)
    assert "\n" not in str(error.value)


def test_offline_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(EngineError) as error:
        ocr.reader("hunyuan", asked=Options(device="cpu").asked)
    assert str(error.value) == (
        "The model tencent/HunyuanOCR is not on this machine and HF_HUB_OFFLINE forbids to fetch it; "
        "fetch it once without that variable, or give --model the folder of a checkpoint."
    )


def test_the_revision_is_pinned_unless_another_model_or_revision_is_named() -> None:
    pinned = "f6af82ee007fe6091b29fb3bb287b491ead41c82"
    assert source_of(Options().asked)[0] == Source("tencent/HunyuanOCR", pinned)
    assert source_of(Options(model="tencent/HunyuanOCR").asked)[0].revision == pinned
    assert source_of(Options(revision="main").asked)[0].revision == "main"
    assert source_of(Options(model="me/my-hunyuan").asked)[0] == Source("me/my-hunyuan", None)
    assert source_of(Options(profile="hunyuan-1.5").asked)[0] == Source("tencent/HunyuanOCR", "main")
    with pytest.raises(UsageError, match="names no model; add --model"):
        source_of(Options(profile={"prompts": {"text": "Read."}}).asked)


def test_the_reader_reads_each_box_of_a_clip_with_the_folder_s_own_type_as_profile(folder: Path) -> None:
    clip = Clip(0, 1000, noise(60, 200), Box(10, 300, 210, 360), (Box(20, 10, 180, 50),))
    reader = ocr.reader("hunyuan", asked=Options(model=str(folder), device="cpu", dtype="fp32").asked)
    ((line,),) = reader.read([clip])
    assert line.box == Box(30, 310, 190, 350)
    reader.close()
    reader.close()


def test_the_names_of_the_weights_are_those_of_the_public_checkpoint(folder: Path) -> None:
    """Those of tencent/HunyuanOCR's model.safetensors.index.json, per layer."""
    with safe_open(folder / "model.safetensors", "pt") as weights:
        names = set(weights.keys())
    layer = ("input_layernorm", "mlp.down_proj", "mlp.gate_proj", "mlp.up_proj", "post_attention_layernorm")
    attention = ("k_proj", "key_layernorm", "o_proj", "q_proj", "query_layernorm", "v_proj")
    text = {f"model.layers.0.{name}.weight" for name in (*layer, *(f"self_attn.{each}" for each in attention))}
    vision = {
        *(f"vit.embeddings.{name}" for name in ("patch_embedding.bias", "patch_embedding.weight")),
        "vit.embeddings.position_embedding.weight",
        *(f"vit.perceive.{name}" for name in ("image_begin", "image_end", "image_newline", "image_sep")),
        *(f"vit.perceive.{name}.weight" for name in ("after_rms", "before_rms", "mlp", "proj.0", "proj.2")),
        *(f"vit.layers.0.mlp.{name}.weight" for name in ("dense_4h_to_h", "dense_h_to_4h")),
    }
    assert {"model.embed_tokens.weight", "model.norm.weight"} | text | vision <= names
    assert [name for name in names if not name.startswith(("model.", "vit."))] == []


def test_the_true_configuration_has_the_published_size() -> None:
    with torch.device("meta"):
        full = HunYuanVLForConditionalGeneration(HunYuanVLConfig(**TRUE_CONFIGURATION))
    vision = sum(weight.numel() for weight in full.model.vision_tower.parameters())
    language = sum(weight.numel() for weight in full.model.language_model.parameters())
    print(f"vision {vision / 1e6:.1f}M of 457M published, language {language / 1e6:.1f}M of 539M published")
    assert (round(vision / 1e6), round(language / 1e6)) == (457, 539)
    text = config(processor()).text_config
    assert isinstance(text, HunYuanVLTextConfig)
    assert text.rope_parameters is not None
    assert text.rope_parameters["mrope_section"] == [2, 2, 2, 2]
