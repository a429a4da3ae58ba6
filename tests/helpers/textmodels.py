"""How tiny checkpoints of translation models are made: the true files of each family, and weights by chance."""

from __future__ import annotations

import io
import json
import warnings
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    M2M100Config,
    M2M100ForConditionalGeneration,
    M2M100Tokenizer,
    MarianConfig,
    MarianMTModel,
    MarianTokenizer,
    NllbTokenizer,
    TokenizersBackend,
)

from fixtures.checkpoints import byte_tokenizer

SENTENCES = [
    "Good evening.", "Where have you been all this time?", "At home.", "I waited at the station until midnight.",
    "You should have called!", "There was no telephone, no letter and no train.", "The train leaves at ten.",
]  # fmt: skip
SIZE: dict[str, Any] = {
    "d_model": 16, "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2, "decoder_attention_heads": 2,
    "encoder_ffn_dim": 32, "decoder_ffn_dim": 32, "max_position_embeddings": 128, "init_std": 1.0,
}  # fmt: skip


def pieces(path: Path) -> list[str]:
    """A model of SentencePiece that knows the letters of the sentences; the pieces in it."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES * 4), model_writer=model, vocab_size=50, minloglevel=2, pad_id=3
    )
    path.write_bytes(model.getvalue())
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    return [processor.id_to_piece(number) for number in range(processor.get_piece_size())]


def marian(folder: Path, source: str | None, target: str | None, several: tuple[str, ...] = ()) -> Path:
    """From one language into another, or into several that are named before the text."""
    folder.mkdir()
    found = [*dict.fromkeys(["</s>", "<unk>", *several, *pieces(folder / "source.spm")]), "<pad>"]
    (folder / "target.spm").write_bytes((folder / "source.spm").read_bytes())
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(found))}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a normalizer of punctuation
        tokenizer = MarianTokenizer(
            str(folder / "source.spm"),
            str(folder / "target.spm"),
            str(folder / "vocab.json"),
            source_lang=source,
            target_lang=target,
        )
    tokenizer.save_pretrained(folder)
    pad = vocabulary["<pad>"]
    torch.manual_seed(1)
    beams = SIZE | {"num_beams": 2}  # as on the hub: of generation, so no declared setting of the configuration
    config = MarianConfig(
        vocab_size=len(vocabulary), pad_token_id=pad, eos_token_id=0, decoder_start_token_id=pad, **beams
    )
    MarianMTModel(config).save_pretrained(folder)
    return folder


def m2m100(folder: Path) -> Path:
    """Between a hundred languages, each named by a token."""
    folder.mkdir()
    found = dict.fromkeys(["<s>", "<pad>", "</s>", "<unk>", *pieces(folder / "sentencepiece.bpe.model")])
    (folder / "vocab.json").write_text(json.dumps({piece: number for number, piece in enumerate(found)}))
    tokenizer = M2M100Tokenizer(str(folder / "vocab.json"), str(folder / "sentencepiece.bpe.model"))
    tokenizer.save_pretrained(folder)
    _many(folder, max(tokenizer.lang_code_to_id.values()) + 1)
    return folder


def nllb(folder: Path) -> Path:
    """Between two hundred languages and scripts, each named by a token."""
    folder.mkdir()
    letters = sorted({letter for sentence in SENTENCES for letter in sentence} - {" "})
    vocabulary = {piece: number for number, piece in enumerate(["<s>", "<pad>", "</s>", "<unk>", "▁", *letters])}
    tokenizer = NllbTokenizer(vocab=vocabulary, merges=[])
    tokenizer.save_pretrained(folder)
    _many(folder, len(tokenizer))
    return folder


def _many(folder: Path, size: int) -> None:
    torch.manual_seed(1)
    config = M2M100Config(vocab_size=size, pad_token_id=1, bos_token_id=0, eos_token_id=2, **SIZE)
    M2M100ForConditionalGeneration(config).save_pretrained(folder)


def chat(folder: Path, template: str | None = "{{ '<u>' + messages[0].content + '<a>' }}") -> Path:
    """A chat model of the usual kind."""
    folder.mkdir()
    special = ["<pad>", "</s>", "<u>", "<a>"]
    tokenizer = TokenizersBackend(
        tokenizer_object=byte_tokenizer(special, SENTENCES), pad_token="<pad>", eos_token="</s>", chat_template=template
    )
    tokenizer.save_pretrained(folder)
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
        pad_token_id=0, eos_token_id=1, bos_token_id=None, initializer_range=1.0, max_position_embeddings=512,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder
