"""Whether the service keeps to what its description says, whatever it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from subextract.formats import FORMATS
from subextract.ledger import STATES
from subextract.web.service import pace
from subextract.web.service.openapi import description
from subextract.web.service.results import KINDS
from subextract.web.settings import Service
from tests.helpers.serving import BEARER, Bench, bench

HOST = {"Host": "127.0.0.1:8642"}
EXAMPLES = 30  # of each operation

load_all_checks()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A service with a job that is done; nobody works on further ones."""
    root = tmp_path_factory.mktemp("served")
    with pytest.MonkeyPatch.context() as patch, bench(root, roots=[root], queue=100_000) as made:
        patch.setattr(pace, "A_SECOND", 1e9)
        patch.setattr(pace, "REQUEST_BURST", 1e9)
        made.sent()
        made.finish(1, "video.en.json", "video.en.srt")
        made.desk.stopped.set()  # streams of jobs that never end would end no test
        yield made


@pytest.fixture(scope="module")
def schema(served: Bench) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", served.app, headers=BEARER | HOST)


OPERATIONS = [
    (path, method) for path, methods in description(Service.model_validate({}))["paths"].items() for method in methods
]
MODES = [mode for mode in GenerationMode if mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_one_that_is_described(schema: Any, path: str, method: str, mode: GenerationMode) -> None:
    operation = schema[path][method.upper()]
    if mode is GenerationMode.NEGATIVE and not (operation.body or any(operation.iter_parameters())):
        pytest.skip("there is nothing that could be wrong")

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=[*HealthCheck]
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case[Any]) -> None:
        # Not every text is a language or a path; who has no token is answered below; all parts of a form are texts.
        excluded = [positive_data_acceptance, ignored_auth]
        excluded += [negative_data_rejection] if case.media_type == "multipart/form-data" else []
        case.call_and_validate(base_url="http://127.0.0.1:8642", headers=BEARER | HOST, excluded_checks=excluded)

    ask()


def test_the_description_names_every_state_format_and_address(served: Bench) -> None:
    told = served.client.get("/openapi.json").json()
    assert told["openapi"] == "3.1.0"
    assert told["components"]["schemas"]["Job"]["properties"]["state"]["enum"] == list(STATES)
    assert {*KINDS} == {*FORMATS}
    addresses = {(path, method) for path, methods in told["paths"].items() for method in methods}
    assert addresses == {
        ("/v1/jobs", "get"),
        ("/v1/jobs", "post"),
        ("/v1/jobs/{id}", "get"),
        ("/v1/jobs/{id}", "delete"),
        ("/v1/jobs/{id}/cancel", "post"),
        ("/v1/jobs/{id}/result", "get"),
        ("/v1/jobs/{id}/events", "get"),
        ("/healthz", "get"),
        ("/metrics", "get"),
    }


def test_without_the_token_every_address_but_one_is_closed(served: Bench) -> None:
    told = served.client.get("/openapi.json").json()
    for path, methods in told["paths"].items():
        for method in methods:
            answer = served.client.request(method, path.replace("{id}", "1"), headers={"Authorization": "Bearer no"})
            assert answer.status_code == (200 if path == "/healthz" else 401)


def test_nothing_is_left_of_what_was_refused(served: Bench, tmp_path: Path) -> None:
    known = {
        Path(job.video).parent.name for job in served.books.at_once(lambda ledger: ledger.asked(served.desk.folder))
    }
    assert {Path(each).parts[0] for each in served.left()} <= known
