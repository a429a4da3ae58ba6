"""The index of a library: one row for each video, in a file of its own, so that no row is there twice.

The file of a row is named by its video and written, in one step, by the machine that wrote the results, right after
them. So a machine that is lost between the two leaves a video that is done once more, and one that does a video twice
replaces the row by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING, Any

from subextract.cluster.manifest import AT_ONCE
from subextract.cluster.messages import Video
from subextract.cluster.stores import Store
from subextract.cluster.tables import rows_of
from subextract.errors import SubextractError
from subextract.types import Cue

if TYPE_CHECKING:
    import pyarrow

log = logging.getLogger(__name__)

SUFFIX = ".parquet"
Row = dict[str, Any]


def video_schema() -> pyarrow.Schema:
    """The columns of a row: ``changed`` in ns, ``duration`` in ms, ``seconds`` by stage; code 0 where all is well."""
    import pyarrow as pa

    return pa.schema(
        {
            "id": pa.string(),
            "path": pa.string(),
            "size": pa.int64(),
            "changed": pa.int64(),
            "duration": pa.int64(),
            "tracks": pa.list_(pa.string()),
            "engine": pa.string(),
            "version": pa.string(),
            "settings": pa.string(),
            "language": pa.string(),
            "cues": pa.int32(),
            "doubtful": pa.int32(),
            "left_out": pa.map_(pa.string(), pa.int32()),
            "outputs": pa.list_(pa.string()),
            "seconds": pa.map_(pa.string(), pa.float64()),
            "node": pa.string(),
            "code": pa.int32(),
            "error": pa.string(),
        }
    )


def cue_schema() -> pyarrow.Schema:
    """The columns of a cue: times in ms, the box in pixels (left, top, right, bottom)."""
    import pyarrow as pa

    return pa.schema(
        {
            "video": pa.string(),
            "path": pa.string(),
            "start": pa.int64(),
            "end": pa.int64(),
            "text": pa.string(),
            "language": pa.string(),
            "score": pa.float32(),
            "box": pa.list_(pa.int32()),
        }
    )


class Index:
    """The index of a library at a place; ``cues`` is the place of that of the cues, where there is one."""

    def __init__(self, place: str, cues: str | None = None) -> None:
        self._videos, self._cues = Store(place), Store(cues) if cues else None

    def put(self, row: Mapping[str, Any], cues: Sequence[Cue] = ()) -> None:
        """Write the row of a video, its cues first, because a row says that all is there.

        Args:
            row: As ``video_schema`` names its columns.
            cues: For the index of cues, where there is one.

        Raises:
            OutputError: It cannot be written.
        """
        if self._cues:
            self._cues.put(f"{row['id']}{SUFFIX}", _table(cue_schema(), [_cue(row, cue) for cue in cues]))
        self._videos.put(f"{row['id']}{SUFFIX}", _table(video_schema(), [dict(row)]))

    def rows(self) -> dict[str, Row]:
        """Read all rows.

        Returns:
            Each row by the id of its video; one that cannot be read is logged and left out.
        """
        names = [entry.name for entry in self._videos.entries() if entry.name.endswith(SUFFIX)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return {row["id"]: row for row in pool.map(self._row, names) if row}

    def _row(self, name: str) -> Row | None:
        import pyarrow

        try:
            (row,) = rows_of(self._videos.read(name))
        except (pyarrow.ArrowException, OSError, ValueError, SubextractError) as exc:
            log.warning("The row %s of the index cannot be read (%s); its video is done once more.", name, exc)
            return None
        return {column: row.get(column) for column in video_schema().names}


def _table(schema: pyarrow.Schema, rows: Sequence[Mapping[str, Any]]) -> bytes:
    import pyarrow
    from pyarrow import parquet

    data = BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(rows, schema=schema), data)
    return data.getvalue()


def _cue(row: Mapping[str, Any], cue: Cue) -> Row:
    return {
        "video": row["id"],
        "path": row["path"],
        "start": cue.start,
        "end": cue.end,
        "text": cue.text,
        "language": cue.language or row["language"],
        "score": cue.score,
        "box": None if cue.box is None else list(cue.box),
    }


def missing(
    videos: Iterable[Video], rows: Mapping[str, Row], there: set[str], settings: str, *, retry_errors: bool
) -> Iterator[Video]:
    """The videos that are still to be done: all but those whose row fits and whose files are ``there``.

    ``there`` are the names of all files below --out; ``settings`` is the digest of the run (Order).
    """
    for video in videos:
        row = rows.get(video.id)
        if row is None or (row["code"] and retry_errors) or not _holds(row, video, there, settings):
            yield video


def _holds(row: Row, video: Video, there: set[str], settings: str) -> bool:
    """Whether a row is of this very video and of a run that would do the same, and its files are there."""
    same = (row["size"], row["changed"], row["settings"]) == (video.size, video.changed, settings)
    return same and there.issuperset(row["outputs"] or ())
