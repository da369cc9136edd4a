"""Every `run:` step that needs no cloud is executed, as it stands, in a clone of its own with an origin to push to."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from local_runtime import layout

from tests.deploy.workflows.files import Step, script, steps

pytestmark = pytest.mark.step3
COMMIT, NEWER = "1" * 40, "2" * 40
DIGEST, NEW_DIGEST = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
words = script("release_words")

ELSEWHERE = {
    "ci.yml check: check": "it runs these tests' neighbours: `make check` by itself",
    "ci.yml test: test": "it runs these tests: `make test` by itself",
    "ci.yml deployment: climb the ladder's cheap steps": "it runs this test: `make verify-deploy` by itself",
    "ci.yml alerts: test the alerts": "`make alerts` by itself; tests/deploy/test_rules.py says the same",
    "nightly.yml long: long tests": "hours: `make chaos`, `make brokers`, `make tutorials` by themselves",
    "nightly.yml cluster: a cluster and images on this machine": "an hour: `make verify-deploy`, steps 4 to 6",
    "nightly.yml benchmarks: measure": "an hour on a quiet machine: `make bench` by itself",
    "release.yml images: take the list of parts out of the image": "needs the registry with the image",
    "release.yml images: sign": "needs the registry, and Sigstore",
    "release.yml chart: publish and sign the chart": "needs the registry, and Sigstore",
    "deploy-cloud.yml mirror: copy what this repository signed into the registry of the cluster": "needs a cloud",
    "cloud-login: install kubelogin": "needs Azure's command line, and GitHub",
    "cloud-login: sign in to Oracle Cloud": "needs a cloud",
    "verify: wait for the roll-out": "needs a cloud; what it decides: test_scripts.py",
    "verify: complete a recurring task on what is deployed": "needs the platform: tests/end_to_end/test_smoke.py",
}
"""What is not executed here, and why."""


@dataclass
class Runner:
    """A clone as a job finds it: `origin` takes pushes, GITHUB_OUTPUT is a file, and each step is its own shell."""

    folder: Path
    output: Path
    done: list[str] = field(default_factory=list)

    def run(self, name: str, **given: str) -> tuple[int, str]:
        [step] = [step for step in steps() if step.name == name]
        wanted = set(step.said.get("env", {}))
        assert set(given) <= wanted
        self.output.write_text("")
        surroundings = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ["HOME"],
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.output),
            **given,
        }
        shell = ["bash", "--noprofile", "--norc", "-e", "-c", step.said["run"]]
        ended = subprocess.run(shell, cwd=self.folder, env=surroundings, capture_output=True, text=True, check=False)
        self.done.append(name)
        return ended.returncode, ended.stdout + ended.stderr

    def git(self, *command: str) -> str:
        return subprocess.run(["git", *command], cwd=self.folder, capture_output=True, text=True, check=True).stdout

    def revision(self, environment: str) -> str:
        """What the origin's main says that the environment is to run."""
        self.git("fetch", "--quiet")
        text = self.git("show", f"origin/main:k8s/gitops/environments/{environment}/release.yaml")
        return script("hand_over").revision(text)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that jobs use, committed, on a main of an origin of its own."""
    root = tmp_path_factory.mktemp("template")
    origin, folder = root / "origin.git", root / "clone"
    for name in (".github/scripts", "k8s/gitops/environments", "docs/benchmarks"):
        shutil.copytree(layout.CLONE / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(layout.CLONE / "k8s/gitops/release.py", folder / "k8s/gitops")
    (folder / "images").mkdir()
    shutil.copy2(layout.CLONE / "images/bases.env", folder / "images")
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", origin], check=True)
    made = Runner(folder, root / "output")
    made.git("init", "--quiet", "--initial-branch=main")
    made.git("add", ".")
    made.git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "as it is")
    made.git("remote", "add", "origin", "../origin.git")
    made.git("push", "--quiet", "-u", "origin", "main")
    return root


@pytest.fixture
def runner(template: Path, tmp_path: Path) -> Runner:
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    return Runner(tmp_path / "clone", tmp_path / "output")


HAND_OVER, TAKE_BACK = (
    "deploy-cloud.yml hand-over: hand over to GitOps",
    "deploy-cloud.yml roll-back: take the release back",
)
BY_HAND = "deploy-cloud.yml hand-over: take back what runs"


def released(runner: Runner, revision: str, digest: str) -> str:
    given = {"ENVIRONMENT": "staging", "REVISION": revision, "IMAGES": f"backend={digest} relay={digest}"}
    code, said = runner.run(HAND_OVER, **given, BRANCH="main")
    assert code == 0, said
    return said


def test_a_release_is_one_commit_and_saying_it_twice_is_none(runner: Runner) -> None:
    said = released(runner, COMMIT, DIGEST)
    assert f"Release {COMMIT[:12]} to staging" in said
    assert runner.revision("staging") == COMMIT
    changed = runner.git("show", "--format=%an: %s", "--name-only", "origin/main").split("\n")
    assert changed[0] == f"github-actions[bot]: Release {COMMIT[:12]} to staging"
    assert [line for line in changed[1:] if line] == ["k8s/gitops/environments/staging/release.yaml"]
    head = runner.git("rev-parse", "origin/main")
    assert "already" in released(runner, COMMIT, DIGEST)
    assert runner.git("rev-parse", "origin/main") == head


def test_a_release_comes_through_when_somebody_else_pushes_meanwhile(runner: Runner, tmp_path: Path) -> None:
    other = tmp_path / "other"
    subprocess.run(["git", "clone", "--quiet", tmp_path / "origin.git", other], check=True)
    (other / "theirs").write_text("theirs")
    for command in (
        ["add", "."],
        ["-c", "user.name=o", "-c", "user.email=o@e", "commit", "-qm", "theirs"],
        ["push", "-q"],
    ):
        subprocess.run(["git", *command], cwd=other, check=True)
    released(runner, COMMIT, DIGEST)
    assert runner.revision("staging") == COMMIT
    assert "theirs" in runner.git("log", "--format=%s", "origin/main")


def test_a_bad_release_is_taken_back_to_the_one_before_and_nothing_else_is_touched(runner: Runner) -> None:
    released(runner, COMMIT, DIGEST)
    before = runner.git("show", "origin/main:k8s/gitops/environments/staging/release.yaml")
    released(runner, NEWER, NEW_DIGEST)
    code, said = runner.run(TAKE_BACK, ENVIRONMENT="staging", REVISION=NEWER, BRANCH="main")
    assert code == 0, said
    assert f"Take {NEWER[:12]} back from staging: run {COMMIT[:12]} again" in said
    runner.git("fetch", "--quiet")
    assert runner.git("show", "origin/main:k8s/gitops/environments/staging/release.yaml") == before
    # A second cloud of the environment finds it done.
    code, said = runner.run(TAKE_BACK, ENVIRONMENT="staging", REVISION=NEWER, BRANCH="main")
    assert (code, "nothing was taken back" in said) == (0, True)
    assert runner.revision("staging") == COMMIT


def test_a_person_takes_back_what_runs_and_is_told_when_there_is_nothing_before(runner: Runner) -> None:
    given = {"ENVIRONMENT": "staging", "REVISION": "", "BRANCH": "main"}
    code, said = runner.run(BY_HAND, **given)
    assert (code, said) == (1, "Nothing was handed over: staging runs nothing that could be taken back.\n")
    released(runner, COMMIT, DIGEST)
    code, said = runner.run(BY_HAND, **given)
    assert (code, said) == (1, f"Nothing was handed over: staging ran nothing before {COMMIT[:12]}.\n")
    released(runner, NEWER, NEW_DIGEST)
    assert runner.run(BY_HAND, **given)[0] == 0
    assert runner.revision("staging") == COMMIT


def test_what_is_no_release_is_not_handed_over(runner: Runner) -> None:
    """Which words are wrong: tests/deploy/gitops/test_environments.py."""
    head = runner.git("rev-parse", "origin/main")
    for environment, images, said in (
        ("stage", f"backend={DIGEST}", "there is no environment stage"),
        ("staging", "backend=v1.2.3", "named by its digest"),
    ):
        code, told = runner.run(HAND_OVER, ENVIRONMENT=environment, REVISION=COMMIT, IMAGES=images, BRANCH="main")
        assert (code, said in told) == (1, True), told
    runner.git("fetch", "--quiet")
    assert runner.git("rev-parse", "origin/main") == head


def test_a_token_reaches_git_and_stays_nowhere(runner: Runner) -> None:
    given = {"ENVIRONMENT": "dev", "REVISION": COMMIT, "IMAGES": f"backend={DIGEST}", "BRANCH": "main"}
    code, said = runner.run(HAND_OVER, **given, GITHUB_TOKEN="ghs_secret")
    assert code == 0, said
    assert "ghs_secret" not in said
    assert "extraheader" not in (runner.folder / ".git" / "config").read_text()


def test_bases_are_told_to_the_build_once_they_have_digests(runner: Runner) -> None:
    name = "release.yml images: bases by digest"
    (runner.folder / "images" / "bases.env").write_text(f"PYTHON_BASE=python:3@{DIGEST}\nNODE_BASE=node:24\n")
    code, said = runner.run(name)
    assert (code, "NODE_BASE=node:24." in said, runner.output.read_text()) == (1, True, "")
    (runner.folder / "images" / "bases.env").write_text(f"PYTHON_BASE=python:3@{DIGEST}\nNODE_BASE=node:24@{DIGEST}\n")
    code, said = runner.run(name)
    assert code == 0, said
    assert runner.output.read_text() == (
        f"arguments<<END\nPYTHON_BASE=python:3@{DIGEST}\nNODE_BASE=node:24@{DIGEST}\nEND\n"
    )


def test_digests_of_the_builds_become_the_words_of_the_release(runner: Runner) -> None:
    for image in words.PARTS:
        code, said = runner.run("release.yml images: note the digest", IMAGE=image, DIGEST=DIGEST)
        assert code == 0, said
    code, said = runner.run("release.yml digests: name every part by its digest")
    assert code == 0, said
    told = runner.output.read_text().removeprefix("images=").strip()
    assert told.split() == words.images(runner.folder / "digests")
    code, said = runner.run(HAND_OVER, ENVIRONMENT="dev", REVISION=COMMIT, IMAGES=told, BRANCH="main")
    assert code == 0, said


def test_nights_are_held_against_each_other(runner: Runner) -> None:
    code, said = runner.run("nightly.yml benchmarks: hold it against the last nights")
    assert code == 0, said
    assert "| platform.create_task.milliseconds.p50 |" in runner.output.read_text()
    (runner.folder / "docs/benchmarks/chat.json").unlink()
    code, _ = runner.run("nightly.yml benchmarks: hold it against the last nights")
    assert code == 1


@pytest.mark.timeout(600)  # helm is built when it is absent
def test_the_chart_is_packaged(runner: Runner) -> None:
    shutil.copytree(layout.CLONE / "helm/todo-app", runner.folder / "helm/todo-app")
    (runner.folder / ".venv").symlink_to(layout.CLONE / ".venv")
    (runner.folder / "Makefile").write_text("environment:\n")  # this clone's is there
    code, said = runner.run("release.yml chart: package the chart", RUN="7", COMMIT=COMMIT)
    assert code == 0, said
    [made] = (runner.folder / "charts").iterdir()
    assert made.name == "todo-app-0.1.0+7.tgz"


def test_every_step_is_executed_or_says_why_not() -> None:
    source = Path(__file__).read_text()
    running = {step.name for step in steps() if "run" in step.said}
    executed = {name for name in running if f'"{name}"' in source} - set(ELSEWHERE)
    assert set(ELSEWHERE) <= running
    assert running - executed - set(ELSEWHERE) == set()
    print("\nnot executed by this script:", *(f"  {name}: {why}" for name, why in ELSEWHERE.items()), sep="\n")


def test_no_two_steps_have_one_name() -> None:
    named: list[Step] = [step for step in steps() if "run" in step.said]
    assert all("name" in step.said for step in named)
    assert len({step.name for step in named}) == len(named)
