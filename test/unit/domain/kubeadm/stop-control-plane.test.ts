import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { stopControlPlaneScript } from '../../../../domain/kubeadm/stop-control-plane.ts';

/**
 * The script among processes that end when `endsAt` says so, in a shell whose clock goes on by a second at each
 * look: nobody sleeps. They are known by the names that the kernel has of them.
 */
function run(endsAt: 'TERM' | 'KILL' | 'never', running = 'kube-apiserver kube-controller kube-scheduler etcd'): { readonly status: number | null; readonly said: readonly string[] } {
  const surroundings = `
    processes="${running}"
    now=100
    clock="$(mktemp)"; left="$(mktemp)"; trap 'rm -f "$clock" "$left"' EXIT
    echo "$now" > "$clock"; echo "$processes" > "$left"
    systemctl() { echo "systemctl $*" >&2; }
    mkdir() { :; }
    find() { :; }
    sleep() { :; }
    date() { now=$(($(cat "$clock") + 1)); echo "$now" > "$clock"; echo "$now"; }
    matching() { for process in $(cat "$left"); do echo "$process" | grep -qxE "$1" && echo "$process"; done; true; }
    pgrep() { [ -n "$(matching "$2")" ]; }
    pkill() {
      echo "pkill $1" >&2
      found="$(matching "$3")"
      [ -n "$found" ] || return 1
      if [ "$1" = "-${endsAt}" ]; then for process in $found; do sed -i "s/\\b$process\\b//" "$left"; done; fi
    }`;
  const { status, stderr } = spawnSync('sh', { input: `${surroundings}\n${stopControlPlaneScript()}`, encoding: 'utf8', timeout: 20_000 });
  return { status, said: stderr.split('\n').filter((line) => line.startsWith('pkill')) };
}

describe('what is left of a control plane', () => {
  test('is asked to end, all four parts of it', () => {
    expect(run('TERM')).toEqual({ status: 0, said: ['pkill -TERM', 'pkill -KILL'] });
    for (const process of ['kube-apiserver', 'kube-controller', 'kube-scheduler', 'etcd']) expect(run('TERM', process).status).toBe(0);
  });

  test('is ended where it does not end by itself', () => {
    expect(run('KILL')).toEqual({ status: 0, said: ['pkill -TERM', 'pkill -KILL'] });
  });

  test('that cannot be ended is told of', () => {
    expect(run('never').status).not.toBe(0);
    for (const process of ['kube-controller', 'etcd']) expect(run('never', process).status).not.toBe(0);
  });

  test('may have ended long ago', () => {
    expect(run('TERM', '')).toEqual({ status: 0, said: ['pkill -TERM'] });
  });
});
