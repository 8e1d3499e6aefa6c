#!/bin/sh
# Migrates many local clones: each that has edits gets the branch `aig-migrate` with one commit, and a report.
#
#     sh many-repositories.sh REPORTS REPOSITORY...
#
# REPORTS is a folder for the reports, one Markdown file a repository, fit for the body of a pull request.
# AIG is the command (default: aig), SOURCE the gateway to move away from (default: portkey), BRANCH the branch's name.
# Nothing is pushed. A repository with changes that are in no commit, or with that branch, is named and left.
set -u
aig="${AIG:-aig}"
source="${SOURCE:-portkey}"
branch="${BRANCH:-aig-migrate}"
if [ $# -lt 2 ]; then
  echo "usage: sh many-repositories.sh REPORTS REPOSITORY..." >&2
  exit 2
fi
mkdir -p "$1" && reports="$(cd "$1" && pwd)" || exit 2
shift

all=0 migrated=0 nothing=0 left=0 failed=0
tell() { printf '%-10s %s\n' "$1" "$2"; }

# One repository; ends with 0 migrated, 1 nothing to do, 2 left, 3 failed.
one() {
  cd "$1" || return 3
  name="$(basename "$(pwd)")"
  "$aig" migrate "$source" --check --quiet >/dev/null 2>"$reports/$name.log"
  case $? in
    0) rm -f "$reports/$name.log"; return 1 ;;
    1) ;;
    *) return 3 ;;
  esac
  if [ -n "$(git status --porcelain)" ]; then
    echo "has changes that are in no commit" >"$reports/$name.log"
    return 2
  fi
  if git rev-parse --quiet --verify "refs/heads/$branch" >/dev/null; then
    echo "has the branch $branch already" >"$reports/$name.log"
    return 2
  fi
  {
    start="$(git rev-parse --abbrev-ref HEAD)" &&
      git checkout --quiet -b "$branch" &&
      "$aig" migrate "$source" --yes --quiet --no-backup --report "$reports/$name.md" &&
      git commit --quiet --all --message "Move from $source to AIgateway" &&
      git checkout --quiet "$start"
  } >"$reports/$name.log" 2>&1 || return 3
  rm -f "$reports/$name.log"
}

for repository in "$@"; do
  all=$((all + 1))
  (one "$repository")
  case $? in
    0) migrated=$((migrated + 1)) && tell migrated "$repository" ;;
    1) nothing=$((nothing + 1)) && tell nothing "$repository" ;;
    2) left=$((left + 1)) && tell left "$repository: $(cat "$reports/$(basename "$repository").log")" ;;
    *) failed=$((failed + 1)) && tell failed "$repository: see $reports/$(basename "$repository").log" ;;
  esac
done
echo "$all repositories: $migrated migrated, $nothing with nothing to do, $left left, $failed failed"
[ "$failed" -eq 0 ]
