// @ts-check
/** Loaded before a command: writes the URL of every module that it loads to the file that SLIPWAY_TEST_MODULES names. */
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const path = process.env['SLIPWAY_TEST_MODULES'];
registerHooks({
  load(url, context, nextLoad) {
    if (path !== undefined) appendFileSync(path, `${url}\n`);
    return nextLoad(url, context);
  },
});
