import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StoreKeyError } from '../../../activities/store/errors.ts';
import type { Store } from '../../../activities/seams/store.ts';

/** What every Store must do, whatever it stands on. `open` gives a new, empty one. */
export function describeStoreContract(name: string, open: () => Promise<Store>): void {
  describe(`${name} keeps the Store contract`, () => {
    test('what was put is what is got, and the last put wins', async () => {
      const store = await open();
      expect(await store.get('a/b')).toBeUndefined();
      await store.put('a/b', Buffer.from('one'));
      await store.put('a/b', Buffer.from([0, 255, 10]));
      expect([...((await store.get('a/b')) ?? [])]).toEqual([0, 255, 10]);
    });

    test('an empty value is a value', async () => {
      const store = await open();
      await store.put('empty', new Uint8Array());
      expect(text(await store.get('empty'))).toBe('');
      expect(await store.createIfAbsent('empty', Buffer.from('x'))).toBe(false);
    });

    test('createIfAbsent takes one of many callers, and all see its value', async () => {
      const store = await open();
      const callers = Array.from({ length: 40 }, (_, index) => `caller ${index}`);
      const created = await Promise.all(callers.map((value) => store.createIfAbsent('race/key', Buffer.from(value))));
      expect(created.filter(Boolean)).toHaveLength(1);
      expect(text(await store.get('race/key'))).toBe(callers[created.indexOf(true)]);
    });

    test('createIfAbsent works again after a delete, and delete can be repeated', async () => {
      const store = await open();
      await store.put('k', Buffer.from('old'));
      await store.delete('k');
      await store.delete('k');
      expect(await store.get('k')).toBeUndefined();
      expect(await store.createIfAbsent('k', Buffer.from('new'))).toBe(true);
      expect(text(await store.get('k'))).toBe('new');
    });

    test('concurrent appends never mix', async () => {
      const store = await open();
      const lines = Array.from({ length: 60 }, (_, index) => `${index}:${'x'.repeat(index * 200)}`);
      await Promise.all(lines.map((line) => store.appendLine('log/lines', line)));
      const written = text(await store.get('log/lines')) ?? '';
      expect(written.endsWith('\n')).toBe(true);
      const whole = written.split('\n').filter((line) => line !== '');
      expect(whole).toHaveLength(lines.length);
      expect(lines.every((line) => whole.includes(line))).toBe(true);
    });

    test('a line with a line break is refused and nothing is written', async () => {
      const store = await open();
      await expect(store.appendLine('log', 'a\nb')).rejects.toThrow(StoreKeyError);
      expect(await store.get('log')).toBeUndefined();
    });

    test('list gives exactly the keys that start with the prefix, sorted', async () => {
      const key = fc.array(fc.constantFrom('a', 'b', 'ab', 'a-b', 'a.b', '0'), { minLength: 1, maxLength: 3 });
      const keys = fc.uniqueArray(key.map((parts) => `${parts.join('/')}/end`), { maxLength: 12 });
      const prefix = fc.constantFrom('', 'a', 'a/', 'a/b', 'ab', 'a-', 'a.b/', 'none/', '0/a/en');
      await fc.assert(
        fc.asyncProperty(keys, prefix, async (all, start) => {
          const store = await open();
          for (const one of all) await store.put(one, Buffer.from(one));
          const before = all.filter((one) => one.startsWith(start)).toSorted((a, b) => (a < b ? -1 : 1));
          expect((await store.list(start)).filter((one) => one !== 'store.json')).toEqual(before);
        }),
        { numRuns: 25 },
      );
    });

    const shapes = ['', '/', 'a//b', '/a', 'a/', '..', 'a/../b', './a'];
    const characters = ['A', 'a b', 'ä', 'a\\b', 'a\u0000', 'x'.repeat(201)];
    test.each([...shapes, ...characters])(
      'refuses the key %j',
      async (key) => {
        const store = await open();
        const value = Buffer.from('v');
        await expect(store.get(key)).rejects.toThrow(StoreKeyError);
        await expect(store.put(key, value)).rejects.toThrow(StoreKeyError);
        await expect(store.createIfAbsent(key, value)).rejects.toThrow(StoreKeyError);
        await expect(store.appendLine(key, 'v')).rejects.toThrow(StoreKeyError);
        await expect(store.delete(key)).rejects.toThrow(StoreKeyError);
      },
    );

    test.each(['../', 'a/../', '/', 'a//', 'A'])('refuses the prefix %j', async (prefix) => {
      await expect((await open()).list(prefix)).rejects.toThrow(StoreKeyError);
    });
  });
}

function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
}
