"""How each family of vision-language models wants to be asked, and in which form it answers.

The prompts are their authors' own, letter by letter: Tencent saw the quality drop when they were reworded.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from subextract.errors import UsageError

TASKS = ("text", "subtitles", "spotting", "document", "formula", "table", "chart", "fields", "translate")
SPOTS = ("hunyuan", "json", "deepseek")
NO_THINKING = {"enable_thinking": False}  # the name in the templates of Qwen's family
LANGUAGES = {"en": "英文", "zh": "中文"}  # how Hunyuan's prompts for translation name the target


@dataclass(frozen=True, slots=True)
class Profile:
    """A family of models.

    ``prompts`` holds the prompt of each task that it knows; ``{fields}`` and ``{language}`` stand for what is asked.
    ``system`` is the system message (None: none is sent). ``min_pixels`` and ``max_pixels`` are the areas to which
    pictures are enlarged and shrunk (None: as the checkpoint says). ``spots`` is the form of answers with places, one
    of SPOTS, ``html`` whether text comes with tags. ``temperature`` 0 takes the likeliest token each time; else one
    is drawn from the ``top_k`` likeliest ones (0: from all). Where ``thinking`` is False the template tells the model
    not to think first.
    """

    name: str
    prompts: Mapping[str, str]
    source: str = ""
    model: str | None = None
    revision: str | None = None
    system: str | None = None
    min_pixels: int | None = None
    max_pixels: int | None = None
    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    repetition_penalty: float = 1.0
    spots: str = "hunyuan"
    html: bool = False
    thinking: bool = True
    known_by: tuple[str, ...] = field(default=())
    """Parts of the names, in small letters, by which models of the family are known."""

    def prompt(self, task: str, *, fields: str = "", language: str = "") -> str:
        """The prompt of a task. Raises UsageError where the family does not know it."""
        if task not in self.prompts:
            known = ", ".join(self.prompts)
            raise UsageError(f"Models of the family {self.name!r} do not know the task {task!r}; they know {known}.")
        prompt = self.prompts[task]
        if task == "translate" and "{language}" in prompt:
            if language not in LANGUAGES:
                raise UsageError(f"{self.name!r} translates into {', '.join(LANGUAGES)} only, not into {language!r}.")
            prompt = prompt.replace("{language}", LANGUAGES[language])
        return prompt.replace("{fields}", str([each.strip() for each in fields.split(",")]))

    @property
    def reading(self) -> str:
        """The prompt for one line of a subtitle."""
        return self.prompts["subtitles" if "subtitles" in self.prompts else "text"]


# https://github.com/Tencent-Hunyuan/HunyuanOCR, README of 1.0 (2025-11) and inference/utils/tasks.py of 1.5 (2026-07).
# The size limit keeps pictures within the table of positions (2048 x 2048), since larger ones take all memory.
HUNYUAN = Profile(
    "hunyuan",
    {
        "text": "提取图中的文字。",
        "subtitles": "提取图片中的字幕。",
        "spotting": "检测并识别图片中的文字，将文本坐标格式化输出。",
        "document": (
            "提取文档图片中正文的所有信息用 markdown 格式表示，其中页眉、页脚部分忽略，表格用 html 格式表达，"
            "文档中公式用 latex 格式表示，按照阅读顺序组织进行解析。"
        ),
        "formula": "识别图片中的公式，用 LaTeX 格式表示。",
        "table": "把图中的表格解析为 HTML。",
        "chart": "解析图中的图表，对于流程图使用 Mermaid 格式表示，其他图表使用 Markdown 格式表示。",
        "fields": "提取图片中的: {fields} 的字段内容，并按照 JSON 格式返回。",
        "translate": (
            "先提取文字，再将文字内容翻译为{language}。若是文档，则其中页眉、页脚忽略。"
            "公式用latex格式表示，表格用html格式表示。"
        ),
    },
    source="https://github.com/Tencent-Hunyuan/HunyuanOCR",
    model="tencent/HunyuanOCR",
    revision="f6af82ee007fe6091b29fb3bb287b491ead41c82",  # the last one of 1.0; then 1.5 came into the same repository
    system="",
    max_pixels=2048 * 2048,
    known_by=("hunyuan", "hyocr", "hyvl"),
)
HUNYUAN_1_5 = replace(
    HUNYUAN,
    name="hunyuan-1.5",
    prompts={
        "text": "提取图中的文字。",
        "spotting": (
            "检测并识别图中所有的文字行，请按从上到下、从左到右的阅读顺序进行识别。 "
            "输出格式为 JSON 数组，每个元素必须包含："
            '"box": [xmin, ymin, xmax, ymax]（坐标需归一化到 [0, 1000] 范围内）；'
            '"text": "识别出的文字内容"。 '
            "注意：请直接输出 JSON 数组，不要包含任何多余的描述性文字。"
        ),
        "document": (
            "提取文档图片中正文的所有信息用markdown格式表示，其中页眉、页脚部分忽略，表格用html格式表达，"
            "文档中公式用latex格式表示，按照阅读顺序组织进行解析。"
        ),
        "formula": "识别图片中的公式，用LaTeX格式表示。",
        "table": "把图中的表格解析为HTML。",
        "chart": "解析图中的图表，对于流程图使用Mermaid格式表示，其他图表使用Markdown格式表示。",
        "translate": (
            "按照阅读顺序，提取图中文字，公式用latex格式表示，表格用markdown格式表示，再将文字内容翻译为{language}。"
        ),
    },
    revision="main",
    spots="json",
    known_by=("hunyuanocr-1.5", "hunyuan-ocr-1.5"),
)
# chandra/prompts.py of https://github.com/datalab-to/chandra (Apache-2.0): the prompt "ocr", in full.
CHANDRA = Profile(
    "chandra",
    {
        "text": (
            """OCR this image to HTML.

Only use these tags ['math', 'br', 'i', 'b', 'u', 'del', 'sup', 'sub', 'table', 'tr', 'td', 'p', 'th', 'div', 'pre', """
            """'h1', 'h2', 'h3', 'h4', 'h5', 'ul', 'ol', 'li', 'input', 'a', 'span', 'img', 'hr', 'tbody', 'small', """
            """'caption', 'strong', 'thead', 'big', 'code'], and these attributes ['class', 'colspan', 'rowspan', """
            """'display', 'checked', 'type', 'border', 'value', 'style', 'href', 'alt', 'align'].

Guidelines:
* Inline math: Surround math with <math>...</math> tags. Math expressions should be rendered in KaTeX-compatible """
            """LaTeX. Use display for block math.
* Tables: Use colspan and rowspan attributes to match table structure.
* Formatting: Maintain consistent formatting with the image, including spacing, indentation, subscripts/"""
            """superscripts, and special characters.
* Images: Include a description of any images in the alt attribute of an <img> tag. Do not fill out the src property.
* Forms: Mark checkboxes and radio buttons properly.
* Text: join lines together properly into paragraphs using <p>...</p> tags.  Use <br> tags for line breaks within """
            """paragraphs, but only when absolutely necessary to maintain meaning.
* Use the simplest possible HTML structure that accurately represents the content of the block.
* Make sure the text is accurate and easy for a human to read and interpret.  Reading order should be correct and """
            """natural."""
        )
    },
    source="https://github.com/datalab-to/chandra",
    model="datalab-to/chandra",
    top_p=0.1,
    html=True,
    known_by=("chandra",),
)
# The same file as of Chandra 2 (2026-03), as five projects copy it word for word: what was added to the prompt "ocr".
CHANDRA_2 = replace(
    CHANDRA,
    name="chandra-2",
    prompts={
        "text": CHANDRA.prompts["text"]
        .replace("'code']", "'code', 'chem']")
        .replace("'align']", "'align', 'data-bbox', 'data-label']")
        .replace(
            "the src property.\n",
            "the src property. Describe in detail inside the div tag. Also convert charts to high fidelity data, and "
            "convert diagrams to mermaid.\n",
        )
        .replace(
            "* Use the simplest",
            "* Chemistry: Use <chem>...</chem> tags for chemical formulas with reactive SMILES.\n"
            "* Lists: Preserve indents and proper list markers.\n* Use the simplest",
        )
    },
    model="datalab-to/chandra-ocr-2",
    known_by=("chandra-ocr-2", "chandra-2", "chandra2"),
)
# https://github.com/deepseek-ai/DeepSeek-OCR (config.py) and its successor's model card.
DEEPSEEK = Profile(
    "deepseek-ocr",
    {
        "text": "Free OCR.",
        "document": "<|grounding|>Convert the document to markdown.",
        "spotting": "<|grounding|>OCR this image.",
        "chart": "Parse the figure.",
    },
    source="https://github.com/deepseek-ai/DeepSeek-OCR",
    model="deepseek-community/DeepSeek-OCR-2",
    spots="deepseek",
    known_by=("deepseek-ocr", "deepseek_ocr"),
)
# https://huggingface.co/lightonai/LightOnOCR-1B-1025: the picture alone, no prompt; sampled at 0.2, here greedily.
LIGHTON = Profile(
    "lightonocr",
    {"text": "", "document": ""},
    source="https://huggingface.co/lightonai/LightOnOCR-1B-1025",
    model="lightonai/LightOnOCR-1B-1025",
    known_by=("lightonocr", "lighton_ocr"),
)
# https://github.com/lightonai/LightOnOCR, README: the picture alone in plain mode; "Use temperature 0.1, not greedy
# decoding", and its request sets "enable_thinking": False. 0.8B and 4B are of the kind qwen3_5, 1B is as before.
LIGHTON_3 = replace(
    LIGHTON,
    name="lightonocr-3",
    source="https://github.com/lightonai/LightOnOCR",
    model="lightonai/LightOnOCR-3-1B",
    temperature=0.1,
    thinking=False,
    known_by=("lightonocr-3", "lightonocr_3"),
)
# https://github.com/zai-org/GLM-OCR, glmocr/config.yaml, task_prompt_mapping. The example with transformers names no
# sampling, so it is greedy; the SDK samples whole pages (temperature 0.8, top_p 0.9, top_k 50, penalty 1.1).
GLM = Profile(
    "glm-ocr",
    {"text": "Text Recognition:", "table": "Table Recognition:", "formula": "Formula Recognition:"},
    source="https://github.com/zai-org/GLM-OCR",
    model="zai-org/GLM-OCR",
    known_by=("glm-ocr", "glm_ocr", "glmocr"),
)
# https://docs.liquid.ai/lfm/key-concepts/vision-capabilities, "OCR" (Liquid4All/docs, 2026-08): the prompt there asks
# for what is on that screenshot first, and ends with this sentence. The sampling is that of the example; the card has
# temperature 0.2, top_k 50 and no penalty.
LFM = Profile(
    "lfm2.5-vl",
    {"text": "Transcribe the visible text in reading order."},
    source="https://docs.liquid.ai/lfm/key-concepts/vision-capabilities",
    model="LiquidAI/LFM2.5-VL-3B",
    temperature=0.1,
    top_k=50,
    repetition_penalty=1.05,
    known_by=("lfm2.5-vl", "lfm2_5-vl", "lfm25-vl", "lfm2_vl"),
)
# https://huggingface.co/PaddlePaddle/PaddleOCR-VL, "usage with transformers".
PADDLE = Profile(
    "paddleocr-vl",
    {
        "text": "OCR:",
        "table": "Table Recognition:",
        "formula": "Formula Recognition:",
        "chart": "Chart Recognition:",
    },
    source="https://huggingface.co/PaddlePaddle/PaddleOCR-VL",
    model="PaddlePaddle/PaddleOCR-VL",
    known_by=("paddleocr-vl", "paddleocr_vl"),
)
_NARROWER_FIRST = (HUNYUAN_1_5, HUNYUAN, CHANDRA_2, CHANDRA, DEEPSEEK, LIGHTON_3, LIGHTON, GLM, LFM, PADDLE)
PROFILES = {each.name: each for each in _NARROWER_FIRST}


def profile(wanted: str | Mapping[str, Any] | None, model: str | None) -> Profile:
    """The profile that a user names or writes, or the one that fits the model's name; UsageError where none does."""
    if isinstance(wanted, Mapping):
        return written(wanted)
    if wanted is not None:
        if wanted not in PROFILES:
            close = difflib.get_close_matches(wanted, PROFILES, n=1)
            hint = f"did you mean {close[0]!r}? " if close else ""
            raise UsageError(f"There is no profile {wanted!r}; {hint}The profiles are {', '.join(PROFILES)}.")
        return PROFILES[wanted]
    if model is None:
        return HUNYUAN
    fitting = [each for each in PROFILES.values() if any(part in model.lower() for part in each.known_by)]
    if not fitting:
        raise UsageError(
            f"How the model {model!r} wants to be asked is not known; add --profile with one of {', '.join(PROFILES)}, "
            "or write a [profile] in the file of --config (docs/engines.md shows one)."
        )
    return fitting[0]


def written(table: Mapping[str, Any]) -> Profile:
    """The profile in a table of a TOML file: the fields of Profile, with ``like`` naming one to start from."""
    values = dict(table)
    like = values.pop("like", None)
    base = PROFILES.get(like) if like else Profile("your own", {})
    allowed = {each.name for each in fields(Profile)} - {"known_by"}
    wrong = sorted(set(values) - allowed)
    if base is None or wrong:
        known = f"there is no profile {like!r} to be like" if base is None else f"there is no field {wrong[0]!r}"
        raise UsageError(f"[profile]: {known}; the fields are like, {', '.join(sorted(allowed))}.")
    found = replace(base, **values)
    _check(found)
    return found


def _check(found: Profile) -> None:
    unknown = [task for task in found.prompts if task not in TASKS] if isinstance(found.prompts, Mapping) else ["?"]
    if unknown or not {"text", "subtitles"} & set(found.prompts):
        raise UsageError(
            "[profile]: prompts must be a table with a prompt for text or subtitles, and others for the tasks "
            f"{', '.join(TASKS)}; it is {json.dumps(found.prompts, ensure_ascii=False, default=str)}."
        )
    numbers = (found.temperature, found.top_p, found.top_k, found.repetition_penalty)
    areas = [area for area in (found.min_pixels, found.max_pixels) if area is not None]
    if not all(isinstance(number, int | float) for number in (*numbers, *areas)) or any(area < 1 for area in areas):
        names = "temperature, top_p, top_k, repetition_penalty and the limits of pixels"
        raise UsageError(f"[profile]: {names} are numbers.")
    if found.spots not in SPOTS:
        raise UsageError(f"[profile]: spots is one of {', '.join(SPOTS)}, not {found.spots!r}.")
