"""Hand a release over to GitOps, or take it back, as one commit that is pushed.

    hand_over.py set ENVIRONMENT COMMIT IMAGE=DIGEST...    let it run these (k8s/gitops/release.py says which words)
    hand_over.py promote SOURCE ENVIRONMENT                let it run what another one runs
    hand_over.py back ENVIRONMENT [COMMIT]                 let it run what it ran before COMMIT, or before what it runs

What is there already is no commit: said twice, or by two clouds of one environment, it is done once. A push that comes
second is tried again on what was pushed meanwhile, to BRANCH or the branch that is checked out. Credentials come by
GITHUB_TOKEN and reach git in its environment only: no file and no argument has them.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from pathlib import Path

CLONE = Path(__file__).parents[2]
RELEASE = CLONE / "k8s" / "gitops" / "release.py"
ENVIRONMENTS = CLONE / "k8s" / "gitops" / "environments"
TRIES = 5
NOTHING_YET = "f" * 40
"""The revision of an environment to which nothing was released."""
_REVISION = re.compile(r'^ {2}revision: "([0-9a-f]{40})"$', re.MULTILINE)


class HandOverError(Exception):
    """Nothing was handed over. The text says why."""


def main(words: list[str]) -> int:
    """Do what the command line says; say what became of it, to the workflow as well."""
    try:
        match words:
            case ["set", environment, commit, *images] if images:
                _run(sys.executable, str(RELEASE), "set", environment, commit, *images)
                said = _publish(environment, f"Release {commit[:12]} to {environment}")
            case ["promote", source, environment]:
                _run(sys.executable, str(RELEASE), "promote", source, environment)
                said = _publish(environment, f"Promote {source} to {environment}")
            case ["back", environment, *rest] if len(rest) <= 1:
                said = take_back(environment, rest[0] if rest else None)
            case _:
                print(__doc__)
                return 2
    except HandOverError as problem:
        print(f"Nothing was handed over: {problem}", file=sys.stderr)
        return 1
    print(said)
    return 0


def take_back(environment: str, bad: str | None) -> str:
    """Write what the environment ran before the release `bad`, unless it runs something else by now."""
    file = _file(environment)
    now = revision(file.read_text())
    if now == NOTHING_YET:
        raise HandOverError(f"{environment} runs nothing that could be taken back.")
    if bad is not None and now != bad:
        return f"{environment} does not run {bad[:12]} any more but {now[:12]}: nothing was taken back."
    path = str(file.relative_to(CLONE))
    for commit in _run("git", "log", "--format=%H", "--", path).split():
        before = _run("git", "show", f"{commit}:{path}")
        if revision(before) not in {now, NOTHING_YET}:
            file.write_text(before)
            return _publish(environment, f"Take {now[:12]} back from {environment}: run {revision(before)[:12]} again")
    raise HandOverError(f"{environment} ran nothing before {now[:12]}.")


def revision(text: str) -> str:
    """The commit that a release file names."""
    found = _REVISION.search(text)
    if not found:
        raise HandOverError("the release file names no revision.")
    return found[1]


def _publish(environment: str, subject: str) -> str:
    """Commit the environment's release file and push it; the sentence that says so."""
    file = _file(environment)
    path, wanted = str(file.relative_to(CLONE)), file.read_text()
    branch = os.environ.get("BRANCH") or _run("git", "branch", "--show-current").strip()
    for _ in range(TRIES):
        if not _run("git", "status", "--porcelain", "--", path):
            return f"{environment} is to run {revision(wanted)[:12]} already."
        _run("git", "add", "--", path)
        _run("git", *_author(), "commit", "--quiet", "--message", subject, "--", path)
        if _try("git", "push", "--quiet", "origin", f"HEAD:{branch}") == 0:
            return f"{environment} is to run {revision(wanted)[:12]}: {subject}."
        # Somebody pushed meanwhile: ours again, on top of theirs.
        _run("git", "fetch", "--quiet", "origin", branch)
        _run("git", "reset", "--quiet", "--hard", "FETCH_HEAD")
        file.write_text(wanted)
    raise HandOverError(f"{branch} could not be pushed to in {TRIES} tries.")


def _file(environment: str) -> Path:
    file = ENVIRONMENTS / environment / "release.yaml"
    if not file.is_file():
        names = sorted(folder.name for folder in ENVIRONMENTS.iterdir())
        raise HandOverError(f"there is no environment {environment}: {', '.join(names)}.")
    return file


def _author() -> tuple[str, ...]:
    name, mail = "github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com"
    return ("-c", f"user.name={name}", "-c", f"user.email={mail}")


def _surroundings() -> dict[str, str]:
    token = os.environ.get("GITHUB_TOKEN")
    if not token:
        return dict(os.environ)
    header = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
    given = {"COUNT": "1", "KEY_0": f"http.{server}/.extraheader", "VALUE_0": f"AUTHORIZATION: basic {header}"}
    return {**os.environ, **{f"GIT_CONFIG_{name}": value for name, value in given.items()}}


def _run(*command: str) -> str:
    done = subprocess.run(command, cwd=CLONE, env=_surroundings(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip()).removeprefix("Nothing was written: ")
        raise HandOverError(said or f"`{' '.join(command)}` failed.")
    return done.stdout


def _try(*command: str) -> int:
    return subprocess.run(command, cwd=CLONE, env=_surroundings(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
