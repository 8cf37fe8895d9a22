import { describe, expect, it, test } from 'vitest';
import { parseDurableStatus, toCommandResult } from '../../../activities/ssh/durable-status.ts';

const ended = (verdict: string, result: string, code: string, status: string) => {
  const parsed = parseDurableStatus(`${verdict}\nresult=${result}\ncode=${code}\nstatus=${status}\n`);
  return parsed && toCommandResult({ status: parsed, stdout: 'out', stderr: 'err', timeoutSeconds: 9.5 });
};

describe('how a unit ended, as a result', () => {
  test.each([
    ['success', ['succeeded', 'success', 'exited', '0'], 0, 'err'],
    ['an exit code', ['failed', 'exit-code', 'exited', '7'], 7, 'err'],
    ['a program that is not there', ['failed', 'exit-code', 'exited', '203'], 203, 'err'],
    ['a signal', ['failed', 'signal', 'killed', 'KILL'], 137, 'err\nslipway: killed by SIGKILL\n'],
    ['a core dump', ['failed', 'core-dump', 'dumped', 'SEGV'], 139, 'err\nslipway: killed by SIGSEGV\n'],
    ['a stop, which systemd calls a success', ['failed', 'success', 'killed', 'TERM'], 143, 'err\nslipway: killed by SIGTERM\n'],
    ['no memory', ['failed', 'oom-kill', 'killed', 'KILL'], 137, 'err\nslipway: killed for lack of memory\n'],
    ['a time-out', ['failed', 'timeout', 'killed', 'TERM'], 124, 'err\nslipway: timed out: stopped with all its processes after 10 s\n'],
    ['a time-out that was obeyed', ['failed', 'timeout', 'exited', '0'], 124, 'err\nslipway: timed out: stopped with all its processes after 10 s\n'],
    ['a failed unit whose process was well', ['failed', 'protocol', 'exited', '0'], 1, 'err\nslipway: ended by systemd: protocol\n'],
    ['no process at all', ['failed', 'resources', '', ''], 255, 'err\nslipway: could not be run: resources\n'],
  ] as const)('%s', (_, [verdict, result, code, status], exitCode, stderr) => {
    expect(ended(verdict, result, code, status)).toEqual({ exitCode, stdout: 'out', stderr });
  });

  it('is unknown where the record says nothing', () => {
    expect(parseDurableStatus('')).toBeUndefined();
    expect(parseDurableStatus('result=success')).toBeUndefined();
    expect(parseDurableStatus('vanished')?.verdict).toBe('vanished');
  });
});
