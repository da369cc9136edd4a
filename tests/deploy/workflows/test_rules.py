"""Workflows keep the rules: pinned actions, least rights, no stored keys, bounded time; and two programs agree."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
from local_runtime import layout
from local_runtime.containers.images import IMAGES
from local_runtime.provision import workflow_tools
from local_runtime.provision.cache import Cache

from tests.deploy import chart
from tests.deploy.workflows.files import ACTIONS, GITHUB, WORKFLOWS, jobs, load, script, steps

pytestmark = pytest.mark.step3
PINNED = re.compile(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40}")
MAY_WRITE = {
    "release.yml images": {"packages", "id-token", "attestations"},
    "release.yml chart": {"packages", "id-token"},
    "release.yml dev": {"contents", "id-token"},
    "release.yml staging": {"contents", "id-token"},
    "release.yml production": {"contents", "id-token"},
    "rollback.yml back": {"contents", "id-token"},
    "deploy-cloud.yml mirror": {"id-token"},
    "deploy-cloud.yml hand-over": {"contents"},
    "deploy-cloud.yml verify": {"id-token"},
    "deploy-cloud.yml roll-back": {"contents"},
    "deploy-cloud.yml verify-roll-back": {"id-token"},
}
"""All that any job may do but read. Who commits reaches no cloud, and the other way round; a caller grants both."""


@pytest.mark.timeout(300)  # it is built when it is absent
def test_actionlint_has_nothing_to_say() -> None:
    cache = Cache(layout.cache_folder())
    command = [workflow_tools.actionlint(cache), "-shellcheck", workflow_tools.shellcheck(cache), "-pyflakes", ""]
    done = subprocess.run([*command, *WORKFLOWS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_has_nothing_to_say() -> None:
    command = [workflow_tools.zizmor(Cache(layout.cache_folder())), "--offline", "--no-progress", "--quiet", GITHUB]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_action_is_pinned_and_says_its_version() -> None:
    used = [step.said["uses"] for step in steps() if "uses" in step.said]
    loose = {name for name in used if not name.startswith("./.github/") and not PINNED.fullmatch(name)}
    assert not loose
    lines = [line.strip() for file in [*WORKFLOWS, *ACTIONS] for line in file.read_text().splitlines()]
    silent = {
        line for line in lines if re.search(r"uses: .*@", line) and not re.search(r"@\w{40} # v\d+\.\d+\.\d+$", line)
    }
    assert not silent


def test_an_action_has_one_version_everywhere() -> None:
    versions = {name.split("@")[0]: set[str]() for step in steps() if "@" in (name := step.said.get("uses", ""))}
    for step in steps():
        if "@" in (name := step.said.get("uses", "")):
            versions[name.split("@")[0]].add(name)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_nothing_may_be_done_that_is_not_granted_to_its_job() -> None:
    assert all(load(file)["permissions"] == {} for file in WORKFLOWS)
    written = {
        place: {what for what, right in job["permissions"].items() if right == "write"} for place, job in jobs().items()
    }
    assert {place: rights for place, rights in written.items() if rights} == MAY_WRITE


def test_no_credential_stays_in_a_checkout() -> None:
    checkouts = [step for step in steps() if step.said.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert [step.name for step in checkouts if step.said["with"]["persist-credentials"] is not False] == []


def test_clouds_are_entered_by_oidc_and_one_secret_is_known() -> None:
    """Oracle's token exchange asks for the application that asks; it opens nothing without the run's own token."""
    named = {name for file in [*WORKFLOWS, *ACTIONS] for name in re.findall(r"secrets\.(\w+)", file.read_text())}
    assert named == {"OCI_EXCHANGE_CLIENT"}
    assert not re.search(r"secrets: *inherit", "".join(file.read_text() for file in WORKFLOWS))


def test_whoever_enters_a_cloud_is_bound_to_an_environment() -> None:
    """So the token's subject names it, and a pull request or another branch gets no such token."""
    entering = [step for step in steps() if step.said.get("uses") == "./.github/actions/cloud-login"]
    assert entering
    bound = {step.name: step.job.get("environment") for step in entering}
    assert set(bound.values()) == {"${{ inputs.environment }}-${{ matrix.cloud }}"}


def test_every_job_ends_and_runs_on_a_named_machine() -> None:
    own = {place: job for place, job in jobs().items() if "uses" not in job}
    assert {place for place, job in own.items() if not 0 < job.get("timeout-minutes", 0) <= 360} == set()
    assert {str(job["runs-on"]).rstrip("}' ").split("'")[-1] for job in own.values()} == {"ubuntu-24.04"}


def test_programs_get_values_by_their_surroundings_and_never_by_their_text() -> None:
    assert [step.name for step in steps() if "${{" in step.said.get("run", "")] == []


def test_a_bad_release_is_taken_back_and_that_is_verified() -> None:
    deploy = load(GITHUB / "workflows" / "deploy-cloud.yml")["jobs"]
    assert deploy["verify"]["needs"] == "hand-over"
    assert "needs.verify.result == 'failure'" in deploy["roll-back"]["if"]
    assert deploy["verify-roll-back"]["needs"] == "roll-back"
    assert [step.get("uses") for step in deploy["verify-roll-back"]["steps"]] == [
        step.get("uses") for step in deploy["verify"]["steps"]
    ]
    release = load(GITHUB / "workflows" / "release.yml")["jobs"]
    assert (release["staging"]["needs"][1], release["production"]["needs"][1]) == ("dev", "staging")
    assert release["images"]["needs"] == "test"
    assert release["dev"]["needs"] == "digests"


def test_what_is_built_is_what_the_chart_runs() -> None:
    """The matrix, the Dockerfiles of `make images`, the parts of a release and the chart's deployments agree."""
    words, rolled_out = script("release_words"), script("rolled_out")
    built = {
        one["image"]: one["file"]
        for one in load(GITHUB / "workflows/release.yml")["jobs"]["images"]["strategy"]["matrix"]["include"]
    }
    assert built == {image: IMAGES[image] for image in words.PARTS}
    deployments = chart.rendered("prod").of("Deployment")
    assert set(deployments) == set(rolled_out.DEPLOYMENTS.values())
    for image, parts in words.PARTS.items():
        for part in parts:
            pod = deployments[rolled_out.DEPLOYMENTS[part]]["spec"]["template"]["spec"]
            assert f"/{image}@" in "/" + pod["containers"][0]["image"], json.dumps(part)
