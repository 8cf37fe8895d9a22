import { setTimeout as delay } from 'node:timers/promises';
import { msToTs } from '@temporalio/common/lib/time.js';
import { SetupError } from '../errors.ts';
import { withDeadline, type TemporalSession } from '../temporal/session.ts';
import { searchAttributes } from './temporal-server.ts';

const READY_TIMEOUT_MS = 30_000;
const RETENTION = '30 days';
// temporal.api.enums.v1.IndexedValueType
const indexedValueTypes = { Keyword: 2, Bool: 5 } as const;

/**
 * Waits until the namespace answers and has what Slipway's workflows write. `retain` also sets how
 * long histories stay, which is only done to a server of our own.
 */
export async function prepareNamespace(session: TemporalSession, options: { readonly retain: boolean }): Promise<void> {
  await untilNamespaceAnswers(session);
  if (options.retain) {
    await withDeadline(session, () =>
      session.connection.workflowService.updateNamespace({
        namespace: session.target.namespace,
        config: { workflowExecutionRetentionTtl: msToTs(RETENTION) },
      }),
    );
  }
  await ensureSearchAttributes(session);
}

/** The dev server accepts connections before its default namespace can be read. */
async function untilNamespaceAnswers(session: TemporalSession): Promise<void> {
  const { namespace, address } = session.target;
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    try {
      await withDeadline(session, () => session.connection.workflowService.describeNamespace({ namespace }), 5_000);
      return;
    } catch (cause) {
      if (Date.now() > deadline) {
        throw new SetupError({
          what: `Temporal's namespace "${namespace}" does not answer`,
          where: address,
          next: ['check TEMPORAL_NAMESPACE', 'slipway status'],
          cause,
        });
      }
      await delay(100);
    }
  }
}

async function ensureSearchAttributes(session: TemporalSession): Promise<void> {
  const { namespace } = session.target;
  const operator = session.connection.operatorService;
  try {
    const present = await withDeadline(session, () => operator.listSearchAttributes({ namespace }));
    const missing = Object.entries(searchAttributes).filter(([name]) => present.customAttributes[name] === undefined);
    if (missing.length === 0) return;
    await withDeadline(session, () =>
      operator.addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, indexedValueTypes[type]])),
      }),
    );
  } catch (cause) {
    const flags = Object.entries(searchAttributes).map(([name, type]) => `--name ${name} --type ${type}`);
    throw new SetupError({
      what: `the search attributes that Slipway writes cannot be registered: ${cause instanceof Error ? cause.message : String(cause)}`,
      where: `${session.target.address}, namespace ${namespace}`,
      unchanged: 'no worker was started',
      next: flags.map((flag) => `temporal operator search-attribute create --namespace ${namespace} ${flag}`),
      cause,
    });
  }
}
